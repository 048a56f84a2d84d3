-- Each moment of each schedule is one row, so that it is acted on once, however many processes look at the clock.

CREATE TABLE slots (
  tick TEXT NOT NULL,
  slot BIGINT NOT NULL,
  owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  begun_at BIGINT NOT NULL,
  done_at BIGINT,
  PRIMARY KEY (tick, slot)
)
;
-- What is not done yet is counted at every look at the metrics.
CREATE INDEX shipments_unfinished ON shipments (state) WHERE state <> 'done'
