-- What became of the file of a guest's message. It lies on the disk under `path`, a name of ours; file_name is the
-- guest's, cleaned. wanted: to be fetched at next_try; gone: to be removed from the disk, and then from here.
CREATE TABLE media (
  hotel_id TEXT NOT NULL,
  message_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  file_name TEXT NOT NULL,
  transcript TEXT NOT NULL,
  path TEXT NOT NULL,
  reason TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  wanted_at BIGINT NOT NULL,
  next_try BIGINT NOT NULL,
  PRIMARY KEY (hotel_id, message_id)
);
CREATE INDEX media_by_message ON media (message_id);
CREATE INDEX media_due ON media (next_try) WHERE state IN ('wanted', 'gone');
