-- Which of our choices the guest tapped, by its id.
ALTER TABLE inbound_messages ADD COLUMN choice TEXT NOT NULL DEFAULT '';
