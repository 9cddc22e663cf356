-- What happened when: plain tables here, made hypertables by __main__.py, which also declares their indexes.
--
-- Neither refers to subscriptions by a foreign key. Each check would pay a look-up, and deleting a subscription would
-- have to delete from compressed chunks; history of a deleted subscription simply ages out with the rest.
CREATE TABLE check_history (
  time            timestamptz NOT NULL,
  subscription_id uuid NOT NULL,
  status          text NOT NULL CHECK (status IN ('up', 'down')),
  http_status     integer CHECK (http_status BETWEEN 100 AND 599),
  -- null when nothing answered
  latency_ms      integer CHECK (latency_ms >= 0),
  error           text
);

CREATE TABLE alert_history (
  time            timestamptz NOT NULL,
  id              uuid NOT NULL DEFAULT gen_random_uuid(),
  subscription_id uuid NOT NULL,
  channel_id      uuid,
  kind            text NOT NULL CHECK (kind IN ('down', 'recovered', 'slow', 'certificate')),
  message         text NOT NULL DEFAULT '',
  delivered_at    timestamptz,
  -- a key of a hypertable must contain its time column
  PRIMARY KEY (id, time)
);
