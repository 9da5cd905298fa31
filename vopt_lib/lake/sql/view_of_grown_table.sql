-- Old files lack the columns that came later: the empty second part gives every column its type.
CREATE OR REPLACE VIEW "{name}" AS
SELECT {columns}
FROM (
    SELECT * FROM read_parquet([{files}], hive_partitioning = true, union_by_name = true, hive_types = {{{partitions}}})
    UNION ALL BY NAME
    SELECT {typed_nulls} WHERE false
)
