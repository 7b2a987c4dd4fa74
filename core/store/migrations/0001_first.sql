-- Times are milliseconds since 1970 in UTC, stays are local days as YYYY-MM-DD, money is minor units of `currency`.
-- An absent text is '', an absent moment, day or number is NULL. {{bytes}} is the back end's name for raw bytes.

-- One row, touched to learn whether a write would be accepted now.
CREATE TABLE store_probe (
  probed_at BIGINT NOT NULL
);
INSERT INTO store_probe (probed_at) VALUES (0);

-- The key starts with what grows with time: a random id in front would make every insert as slow as the table is big.
CREATE TABLE inbound_messages (
  hotel_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  provider_time BIGINT NOT NULL,
  external_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  sender TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  sender_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  reply_to TEXT NOT NULL,
  status TEXT NOT NULL,
  results TEXT NOT NULL,
  trace TEXT NOT NULL,
  processed_at BIGINT,
  failure TEXT NOT NULL,
  raw {{bytes}} NOT NULL,
  PRIMARY KEY (hotel_id, channel, account, provider_time, external_id)
);
CREATE INDEX inbound_by_id ON inbound_messages (id, hotel_id);
-- Working sets have an index of their own, so that what is done costs nothing.
CREATE INDEX inbound_received ON inbound_messages (id) WHERE status = 'received';
-- By day first (an id is milliseconds * 4096), so that inserts stay within the pages of the present day.
CREATE INDEX inbound_by_sender ON inbound_messages ((id / 353894400000), sender);

CREATE TABLE conversations (
  hotel_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  sender TEXT NOT NULL,
  account TEXT NOT NULL,
  state TEXT NOT NULL,
  language TEXT NOT NULL,
  document TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (hotel_id, channel, sender)
);

CREATE TABLE outbound_messages (
  hotel_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  sender TEXT NOT NULL,
  in_reply_to BIGINT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  language TEXT NOT NULL,
  quotes_external_id TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT,
  sent_at BIGINT,
  external_id TEXT NOT NULL,
  failure_code TEXT NOT NULL,
  failure_reason TEXT NOT NULL,
  possibly_duplicated BIGINT NOT NULL,
  trace TEXT NOT NULL,
  PRIMARY KEY (hotel_id, id)
);
CREATE INDEX outbound_by_id ON outbound_messages (id);
CREATE INDEX outbound_unsent ON outbound_messages (id) WHERE status IN ('pending', 'sending', 'doubtful');
CREATE INDEX outbound_replies ON outbound_messages (in_reply_to, id) WHERE in_reply_to > 0;
CREATE INDEX outbound_by_sender ON outbound_messages ((id / 353894400000), sender);
CREATE INDEX outbound_by_external_id ON outbound_messages ((id / 353894400000), external_id) WHERE external_id <> '';

CREATE TABLE reservations (
  hotel_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  sender TEXT NOT NULL,
  status TEXT NOT NULL,
  guest_name TEXT NOT NULL,
  room_type TEXT NOT NULL,
  checkin TEXT,
  checkout TEXT,
  adults BIGINT,
  children BIGINT NOT NULL,
  rooms BIGINT NOT NULL,
  total_minor BIGINT,
  currency TEXT NOT NULL,
  pms_backend TEXT NOT NULL,
  pms_booking_id TEXT NOT NULL,
  reference TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (hotel_id, id)
);
CREATE INDEX reservations_by_guest ON reservations (hotel_id, channel, sender, id);
CREATE INDEX reservations_by_booking ON reservations (hotel_id, pms_booking_id) WHERE pms_booking_id <> '';
CREATE INDEX reservations_by_checkin ON reservations (hotel_id, checkin);
CREATE INDEX reservations_by_checkout ON reservations (hotel_id, checkout);
CREATE INDEX reservations_by_creation ON reservations (hotel_id, created_at);

CREATE TABLE reservation_events (
  hotel_id TEXT NOT NULL,
  reservation_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  happened_at BIGINT NOT NULL,
  old_status TEXT NOT NULL,
  new_status TEXT NOT NULL,
  pms_booking_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (hotel_id, reservation_id, number)
);

CREATE TABLE booking_intents (
  hotel_id TEXT NOT NULL,
  quote TEXT NOT NULL,
  kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  channel TEXT NOT NULL,
  sender TEXT NOT NULL,
  request TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  settles_at BIGINT,
  result TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (hotel_id, quote)
);
CREATE INDEX intents_unfinished ON booking_intents (created_at) WHERE state IN ('open', 'attempted');

-- Mirror of the PMS for sync, occupancy and audit.
CREATE TABLE pms_bookings (
  hotel_id TEXT NOT NULL,
  pms_backend TEXT NOT NULL,
  pms_booking_id TEXT NOT NULL,
  reference TEXT NOT NULL,
  status TEXT NOT NULL,
  guest_name TEXT NOT NULL,
  room_type TEXT NOT NULL,
  checkin TEXT NOT NULL,
  checkout TEXT NOT NULL,
  adults BIGINT NOT NULL,
  children BIGINT NOT NULL,
  rooms BIGINT NOT NULL,
  total_minor BIGINT,
  currency TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (hotel_id, pms_backend, pms_booking_id)
);
CREATE INDEX pms_bookings_by_checkout ON pms_bookings (hotel_id, checkout);

CREATE TABLE events (
  hotel_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  happened_at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (hotel_id, id)
);

CREATE TABLE surveys (
  hotel_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  reservation_id BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  score BIGINT,
  remark TEXT NOT NULL,
  PRIMARY KEY (hotel_id, id)
);

-- Keys are bytes, because bytes sort alike everywhere.
CREATE TABLE plugin_kv (
  instance TEXT NOT NULL,
  entry_key {{bytes}} NOT NULL,
  entry_value {{bytes}} NOT NULL,
  value_schema BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (instance, entry_key)
);

CREATE TABLE jobs (
  hotel_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  request TEXT NOT NULL,
  result TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (hotel_id, id)
);

CREATE TABLE operator_actions (
  hotel_id TEXT NOT NULL,
  id BIGINT NOT NULL,
  happened_at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (hotel_id, id)
);
