-- Several people of a merchant, each perhaps of several merchants: the one chosen last is spoken for.
-- Former rows get short ids of their own. A member's `label` is her masked name, a role's power is in core/rights.py.

CREATE TABLE people (
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

INSERT INTO people (id, channel, peer, merchant, role, label, language, chosen, joined_at)
SELECT 'M' || row_number() OVER (ORDER BY joined_at, channel, peer), channel, peer, merchant, role, '', '', '', joined_at
FROM members;

DROP TABLE members;
ALTER TABLE people RENAME TO members;
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

-- Who did what, each entry chained to the one before of the same merchant ('' is the installation itself).

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
)
