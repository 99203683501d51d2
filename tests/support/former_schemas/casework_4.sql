ALTER TABLE cases ADD COLUMN papers jsonb NOT NULL DEFAULT '{}';
CREATE TABLE named_papers (
    case_id uuid NOT NULL REFERENCES cases,
    requirement text COLLATE "C" NOT NULL,
    source uuid NOT NULL,
    document uuid,
    PRIMARY KEY (case_id, requirement)
);
CREATE INDEX named_papers_source ON named_papers (source, case_id);
CREATE INDEX named_papers_document ON named_papers (document, case_id) WHERE document IS NOT NULL;
