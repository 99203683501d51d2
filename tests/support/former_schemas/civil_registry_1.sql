CREATE TABLE family_cards (
    id uuid PRIMARY KEY,
    number text COLLATE "C" NOT NULL UNIQUE,
    region text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    demo boolean NOT NULL DEFAULT false
);
CREATE TABLE residents (
    nik text COLLATE "C" PRIMARY KEY,
    person text NOT NULL UNIQUE,
    name text NOT NULL,
    sex text NOT NULL CHECK (sex IN ('male', 'female')),
    birth_date date NOT NULL,
    birth_place text NOT NULL,
    family_card uuid NOT NULL REFERENCES family_cards,
    status text NOT NULL CHECK (status IN ('alive', 'deceased')),
    died_on date,
    version integer NOT NULL CHECK (version > 0),
    demo boolean NOT NULL DEFAULT false
);
CREATE INDEX residents_of_card ON residents (family_card) WHERE status = 'alive';
CREATE TABLE certificates (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('birth', 'death')),
    number text COLLATE "C" NOT NULL UNIQUE,
    case_id uuid NOT NULL UNIQUE REFERENCES cases,
    nik text NOT NULL REFERENCES residents,
    late boolean NOT NULL,
    registered_on date NOT NULL,
    version integer NOT NULL CHECK (version > 0)
);
CREATE UNIQUE INDEX certificates_of_person ON certificates (nik, kind);
CREATE TABLE nik_sequences (prefix text COLLATE "C" PRIMARY KEY, last integer NOT NULL);
