CREATE OR REPLACE VIEW "{name}" AS
SELECT {columns}
FROM read_parquet([{files}], hive_partitioning = true, hive_types = {{{partitions}}})
