-- Alerts, what each chat was told of them and on which card; what was asked of couriers; wishes of members; digests.

CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  merchant TEXT NOT NULL,
  subject TEXT NOT NULL,
  rule TEXT NOT NULL,
  arm BIGINT NOT NULL,
  step BIGINT NOT NULL,
  tier BIGINT NOT NULL,
  raised_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  tell_at BIGINT,
  closed_at BIGINT,
  closing TEXT,
  facts TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (subject, rule, arm)
);
CREATE INDEX alerts_to_tell ON alerts (tell_at) WHERE tell_at IS NOT NULL;
CREATE INDEX alerts_open ON alerts (merchant, rule) WHERE closed_at IS NULL;
CREATE INDEX alerts_over ON alerts (merchant, closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE alert_cards (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  merchant TEXT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  redraw_at BIGINT,
  is_news BIGINT NOT NULL,
  ended_at BIGINT,
  heir TEXT NOT NULL,
  marks BIGINT NOT NULL
);
CREATE INDEX alert_cards_to_redraw ON alert_cards (redraw_at) WHERE redraw_at IS NOT NULL;
CREATE INDEX alert_cards_live ON alert_cards (about) WHERE ended_at IS NULL;

CREATE TABLE alert_tellings (
  alert TEXT NOT NULL REFERENCES alerts (id),
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  step BIGINT NOT NULL,
  card TEXT NOT NULL REFERENCES alert_cards (id),
  until BIGINT NOT NULL,
  PRIMARY KEY (alert, channel, peer)
);
CREATE INDEX alert_tellings_by_card ON alert_tellings (card);

CREATE TABLE alert_limits (
  merchant TEXT NOT NULL,
  rule TEXT NOT NULL,
  courier TEXT NOT NULL,
  province TEXT NOT NULL,
  first BIGINT NOT NULL,
  PRIMARY KEY (merchant, rule, courier, province)
);

CREATE TABLE subscribers (
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  wishes TEXT NOT NULL,
  PRIMARY KEY (channel, peer)
);

CREATE TABLE errands (
  id TEXT PRIMARY KEY,
  merchant TEXT NOT NULL,
  parcel TEXT NOT NULL REFERENCES parcels (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  reference TEXT NOT NULL,
  body_sealed TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  look_at BIGINT,
  slot BIGINT,
  version BIGINT NOT NULL,
  UNIQUE (parcel, kind, slot)
);
CREATE INDEX errands_due ON errands (look_at) WHERE look_at IS NOT NULL;

CREATE TABLE digests (
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  slot BIGINT NOT NULL,
  PRIMARY KEY (channel, peer, slot)
);

CREATE TABLE after_sales (
  shop TEXT NOT NULL,
  number TEXT NOT NULL,
  merchant TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  reply_by BIGINT,
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (shop, number)
);

-- Until an order is read again, the promise that is made where a platform says nothing.
ALTER TABLE orders ADD COLUMN ship_by BIGINT;
UPDATE orders SET ship_by = confirmed_at + 172800000;
CREATE INDEX orders_to_ship ON orders (shop, ship_by) WHERE status = 'waiting';
CREATE INDEX orders_by_age ON orders (shop, confirmed_at)
