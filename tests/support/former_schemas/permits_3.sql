CREATE INDEX permits_service_status ON permits (service, status, id);
CREATE INDEX permits_service_until ON permits (service, valid_until, id) WHERE valid_until IS NOT NULL;
CREATE INDEX permits_status_area ON permits (status, region, id);
