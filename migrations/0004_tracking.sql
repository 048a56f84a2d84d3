CREATE TABLE parcels (
  id TEXT PRIMARY KEY,
  merchant TEXT NOT NULL,
  shop TEXT NOT NULL,
  orders TEXT NOT NULL,
  courier TEXT NOT NULL,
  number TEXT NOT NULL,
  province TEXT NOT NULL,
  city TEXT NOT NULL,
  district TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  shipped_at BIGINT NOT NULL,
  is_pinned BIGINT NOT NULL,
  account TEXT NOT NULL,
  shipment TEXT NOT NULL,
  subscription TEXT NOT NULL,
  subscribed BIGINT NOT NULL,
  state TEXT NOT NULL,
  since BIGINT,
  first_at BIGINT,
  picked_up_at BIGINT,
  departed_at BIGINT,
  arrived_at BIGINT,
  out_at BIGINT,
  delivered_at BIGINT,
  ended_at BIGINT,
  last_at BIGINT,
  outlet TEXT NOT NULL,
  last_sealed TEXT,
  oddities TEXT NOT NULL,
  nodes BIGINT NOT NULL,
  polled_at BIGINT,
  next_poll_at BIGINT,
  check_at BIGINT,
  UNIQUE (merchant, number)
);
CREATE INDEX parcels_by_number ON parcels (number);
CREATE INDEX parcels_by_merchant ON parcels (merchant, shipped_at);
CREATE INDEX parcels_open ON parcels (merchant, state) WHERE ended_at IS NULL;
CREATE INDEX parcels_to_poll ON parcels (next_poll_at) WHERE next_poll_at IS NOT NULL;
CREATE INDEX parcels_to_check ON parcels (check_at) WHERE check_at IS NOT NULL;

CREATE TABLE parcel_orders (
  shop TEXT NOT NULL,
  number TEXT NOT NULL,
  parcel TEXT NOT NULL REFERENCES parcels (id),
  PRIMARY KEY (shop, number, parcel)
);
CREATE INDEX parcel_orders_by_number ON parcel_orders (number);

CREATE TABLE nodes (
  parcel TEXT NOT NULL REFERENCES parcels (id),
  digest TEXT NOT NULL,
  at BIGINT NOT NULL,
  source TEXT NOT NULL,
  node_sealed TEXT NOT NULL,
  heard_at BIGINT NOT NULL,
  PRIMARY KEY (parcel, digest)
);

CREATE TABLE order_syncs (
  shop TEXT NOT NULL,
  number TEXT NOT NULL,
  version BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  PRIMARY KEY (shop, number)
);
CREATE INDEX order_syncs_due ON order_syncs (due_at);

CREATE TABLE order_events (
  id TEXT PRIMARY KEY,
  merchant TEXT NOT NULL,
  shop TEXT NOT NULL,
  number TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  facts TEXT NOT NULL,
  at BIGINT NOT NULL,
  seen_at BIGINT,
  UNIQUE (shop, number, kind, key)
);
CREATE INDEX order_events_new ON order_events (id) WHERE seen_at IS NULL;

CREATE TABLE track_queries (
  service TEXT NOT NULL,
  number TEXT NOT NULL,
  slot BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (service, number, slot)
);
CREATE INDEX track_queries_by_number ON track_queries (service, number, at);
CREATE INDEX track_queries_by_age ON track_queries (at);

CREATE TABLE track_spending (
  day BIGINT PRIMARY KEY,
  queries BIGINT NOT NULL,
  spent BIGINT NOT NULL
);
