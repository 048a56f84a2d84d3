-- What the WeChat channels keep: access tokens of their APIs, when a person last spoke and what was pushed to them, and
-- the one-time links that a merchant is given.

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
)
