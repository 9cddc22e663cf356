ALTER TABLE document_metrics SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'organization_id', timescaledb.orderby = 'at DESC');
SELECT add_compression_policy('document_metrics', interval '30 days');
SELECT add_retention_policy('document_metrics', interval '1 year');
