-- Today's schema, as the migrations leave it on SQLite.

CREATE TABLE schema_version (number BIGINT PRIMARY KEY, name TEXT NOT NULL);

CREATE TABLE merchants (
  id TEXT PRIMARY KEY,
  language TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE members (
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  merchant TEXT NOT NULL REFERENCES merchants (id),
  role TEXT NOT NULL,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (channel, peer)
);

CREATE INDEX members_by_merchant ON members (merchant);

CREATE TABLE shops (
  id TEXT PRIMARY KEY,
  merchant TEXT NOT NULL REFERENCES merchants (id),
  platform TEXT NOT NULL,
  name TEXT NOT NULL,
  grant_sealed TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  renewing_until BIGINT NOT NULL,
  synced_until BIGINT NOT NULL,
  bound_at BIGINT NOT NULL
);

CREATE INDEX shops_by_merchant ON shops (merchant);

CREATE TABLE courier_accounts (
  id TEXT PRIMARY KEY,
  merchant TEXT NOT NULL REFERENCES merchants (id),
  courier TEXT NOT NULL,
  account TEXT NOT NULL,
  credentials_sealed TEXT NOT NULL,
  sender_sealed TEXT NOT NULL,
  is_default BIGINT NOT NULL,
  bound_at BIGINT NOT NULL,
  UNIQUE (merchant, courier, account)
);

CREATE TABLE orders (
  shop TEXT NOT NULL,
  number TEXT NOT NULL,
  status TEXT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  body_sealed TEXT NOT NULL,
  PRIMARY KEY (shop, number)
);

CREATE INDEX orders_waiting ON orders (shop, confirmed_at) WHERE status = 'waiting';

CREATE INDEX orders_by_number ON orders (number);

CREATE TABLE batches (
  id TEXT PRIMARY KEY,
  merchant TEXT NOT NULL REFERENCES merchants (id),
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  state TEXT NOT NULL,
  ticket_sealed TEXT NOT NULL,
  total BIGINT NOT NULL,
  owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT
);

CREATE INDEX batches_due ON batches (lease_until) WHERE state IN ('running', 'stopping');

CREATE INDEX batches_by_merchant ON batches (merchant, id);

CREATE TABLE shipments (
  key TEXT PRIMARY KEY,
  batch TEXT NOT NULL REFERENCES batches (id),
  merchant TEXT NOT NULL,
  shop TEXT NOT NULL,
  position BIGINT NOT NULL,
  orders TEXT NOT NULL,
  package BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  courier TEXT NOT NULL,
  account TEXT NOT NULL,
  state TEXT NOT NULL,
  receiver TEXT NOT NULL,
  number TEXT,
  label_sealed TEXT,
  reason TEXT,
  updated_at BIGINT NOT NULL,
  numbered_at BIGINT,
  printed_at BIGINT,
  done_at BIGINT
);

CREATE INDEX shipments_by_batch ON shipments (batch, position);

CREATE INDEX shipments_by_orders ON shipments (orders);

CREATE UNIQUE INDEX shipments_by_number ON shipments (courier, number) WHERE number IS NOT NULL;

CREATE TABLE order_claims (
  shop TEXT NOT NULL,
  number TEXT NOT NULL,
  package BIGINT NOT NULL,
  shipment TEXT NOT NULL REFERENCES shipments (key),
  uploaded_at BIGINT,
  upload_reason TEXT,
  PRIMARY KEY (shop, number, package)
);

CREATE INDEX order_claims_by_shipment ON order_claims (shipment);

CREATE TABLE inbox (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  uid TEXT NOT NULL,
  peer TEXT NOT NULL,
  body_sealed TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  done_at BIGINT,
  UNIQUE (channel, uid)
);

CREATE INDEX inbox_waiting ON inbox (channel, peer, id) WHERE done_at IS NULL;

CREATE TABLE conversations (
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  version BIGINT NOT NULL,
  state_sealed TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (channel, peer)
);

CREATE TABLE effects (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  key TEXT NOT NULL,
  owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX effects_due ON effects (lease_until);

CREATE TABLE visits (
  state TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  card TEXT NOT NULL,
  body_sealed TEXT NOT NULL,
  owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  in_doubt BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE INDEX outbox_waiting ON outbox (channel, peer, id);

CREATE TABLE cards (
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  card TEXT NOT NULL,
  message TEXT NOT NULL,
  told_at BIGINT NOT NULL,
  PRIMARY KEY (channel, peer, card)
);

CREATE TABLE offers (
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  buttons TEXT NOT NULL,
  PRIMARY KEY (channel, peer)
);

CREATE TABLE doubtful (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  body_sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE slots (
  tick TEXT NOT NULL,
  slot BIGINT NOT NULL,
  owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  begun_at BIGINT NOT NULL,
  done_at BIGINT,
  PRIMARY KEY (tick, slot)
);

CREATE INDEX shipments_unfinished ON shipments (state) WHERE state <> 'done';

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
);
