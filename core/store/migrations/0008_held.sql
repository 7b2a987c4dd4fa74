-- Messages that wait for a word of their guest: few, and asked for whenever one writes.
CREATE INDEX outbound_held ON outbound_messages (hotel_id, channel, sender) WHERE status = 'held';
