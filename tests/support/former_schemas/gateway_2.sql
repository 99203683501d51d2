ALTER TABLE accounts ADD COLUMN token_generation integer NOT NULL DEFAULT 0;
