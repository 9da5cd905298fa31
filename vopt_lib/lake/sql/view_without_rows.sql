CREATE OR REPLACE VIEW "{name}" AS
SELECT {typed_nulls} WHERE false
