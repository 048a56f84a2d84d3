-- Manual orders, whose recipients no shop keeps for us. `mark` is a keyed digest that tells equal recipients.
-- An offset moves everything a merchant prints: micrometres, right and down positive.

CREATE TABLE manual_orders (
  merchant TEXT NOT NULL REFERENCES merchants (id),
  number TEXT NOT NULL,
  draft TEXT NOT NULL,
  position BIGINT NOT NULL,
  mark TEXT NOT NULL,
  body_sealed TEXT NOT NULL,
  written_at BIGINT NOT NULL,
  PRIMARY KEY (merchant, number),
  UNIQUE (draft, position)
);
CREATE INDEX manual_orders_by_mark ON manual_orders (merchant, mark, written_at);
CREATE INDEX manual_orders_by_time ON manual_orders (written_at);

CREATE TABLE print_offsets (
  merchant TEXT PRIMARY KEY REFERENCES merchants (id),
  right_um BIGINT NOT NULL,
  down_um BIGINT NOT NULL
)
