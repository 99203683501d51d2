CREATE INDEX levies_of_case ON levies (case_id);
