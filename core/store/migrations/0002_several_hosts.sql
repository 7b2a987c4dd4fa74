-- Several hosts on one store: each works for the parts of the guests that it holds, and writes only while its row in
-- `hosts` stands. Times in `hosts` are the database's own. The embedded store has one host and uses neither table.
CREATE TABLE hosts (
  id BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  joined_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- host_id 0: nobody's.
CREATE TABLE parts (
  number BIGINT NOT NULL PRIMARY KEY,
  host_id BIGINT NOT NULL
);
INSERT INTO parts (number, host_id)
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 31) SELECT n, 0 FROM numbers;

-- The part that the guest belongs to (parts.hpp).
ALTER TABLE inbound_messages ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbound_messages ADD COLUMN part INTEGER NOT NULL DEFAULT 0;
