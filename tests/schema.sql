-- Today's schema, as the migrations leave it on SQLite.

CREATE TABLE schema_version (number BIGINT PRIMARY KEY, name TEXT NOT NULL);

CREATE TABLE merchants (
  id TEXT PRIMARY KEY,
  language TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

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
  body_sealed TEXT NOT NULL, ship_by BIGINT,
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

CREATE TABLE access_tokens (
  service TEXT PRIMARY KEY,
  token_sealed TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE contacts (
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  spoke_at BIGINT NOT NULL,
  spoke_mark TEXT NOT NULL,
  acted_at BIGINT NOT NULL,
  acted_mark TEXT NOT NULL,
  knocked_at BIGINT NOT NULL,
  PRIMARY KEY (channel, peer)
);

CREATE TABLE pushes (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  at BIGINT NOT NULL
);

CREATE INDEX pushes_by_chat ON pushes (channel, peer, at);

CREATE TABLE forms (
  token TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  prompt TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE downloads (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  body_sealed TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

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

CREATE INDEX orders_to_ship ON orders (shop, ship_by) WHERE status = 'waiting';

CREATE INDEX orders_by_age ON orders (shop, confirmed_at);

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
  down_um BIGINT NOT NULL,
  changed_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE "members" (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  merchant TEXT NOT NULL REFERENCES merchants (id),
  role TEXT NOT NULL,
  name_sealed TEXT,
  label TEXT NOT NULL,
  language TEXT NOT NULL,
  chosen TEXT NOT NULL,
  joined_at BIGINT NOT NULL,
  UNIQUE (channel, peer, merchant)
);

CREATE INDEX members_by_merchant ON members (merchant);

CREATE INDEX members_by_choice ON members (channel, peer, chosen);

CREATE TABLE invitations (
  id TEXT PRIMARY KEY,
  merchant TEXT REFERENCES merchants (id),
  role TEXT NOT NULL,
  name_sealed TEXT,
  head TEXT NOT NULL,
  code_sealed TEXT NOT NULL,
  inviter TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  member TEXT
);

CREATE INDEX invitations_open ON invitations (head) WHERE member IS NULL;

CREATE INDEX invitations_by_merchant ON invitations (merchant) WHERE member IS NULL;

CREATE TABLE guests (
  channel TEXT NOT NULL,
  peer TEXT NOT NULL,
  told_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  tries_since BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (channel, peer)
);

CREATE INDEX guests_by_age ON guests (seen_at);

CREATE TABLE staff_groups (
  channel TEXT NOT NULL,
  chat TEXT NOT NULL,
  merchant TEXT NOT NULL REFERENCES merchants (id),
  opened_at BIGINT NOT NULL,
  PRIMARY KEY (channel, chat)
);

CREATE TABLE audit (
  merchant TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  member TEXT NOT NULL,
  label TEXT NOT NULL,
  role TEXT NOT NULL,
  place TEXT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (merchant, seq)
);

CREATE INDEX audit_by_time ON audit (merchant, at);

CREATE TABLE audit_heads (
  merchant TEXT PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  mark TEXT NOT NULL,
  key_sealed TEXT NOT NULL
);
