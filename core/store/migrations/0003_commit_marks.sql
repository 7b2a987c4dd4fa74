-- What became of a COMMIT that was not answered: each writing connection numbers its transactions in a row of its own.
-- The database's own number of a transaction does not do: after a crash it is given out once more. The embedded store
-- does not use it.
CREATE TABLE commit_marks (
  session BIGINT NOT NULL PRIMARY KEY,
  number BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
