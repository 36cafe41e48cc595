//! The catalogue of MySQL and MariaDB: `information_schema`.

use crate::schema::live::Catalogue;

pub(super) const CATALOGUE: Catalogue = Catalogue {
    folds: "SELECT @@lower_case_table_names > 0",
    tables: "SELECT table_name, table_type = 'VIEW' FROM information_schema.tables \
        WHERE table_schema = DATABASE() ORDER BY table_name",
    columns: [
        "SELECT table_name, column_name, column_type, is_nullable = 'YES', \
        column_default IS NOT NULL OR extra LIKE '%auto_increment%' OR extra LIKE '%GENERATED%', \
        extra LIKE '%auto_increment%' \
        FROM information_schema.columns \
        WHERE table_schema = DATABASE() AND table_name IN",
        "ORDER BY table_name, ordinal_position",
    ],
    // If a table has no primary key, `column_key` marks a unique index over NOT NULL columns as the key.
    keys: "SELECT table_name, column_name FROM information_schema.statistics \
        WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' \
        ORDER BY table_name, seq_in_index",
    // The types that are left out cannot be used for comparisons.
    indexes: "SELECT table_name, index_name, non_unique = 0, IF(sub_part IS NULL, column_name, NULL) \
        FROM information_schema.statistics WHERE table_schema = DATABASE() \
        AND index_type NOT IN ('FULLTEXT', 'SPATIAL', 'RTREE') \
        ORDER BY table_name, index_name, seq_in_index",
    foreign_keys: "SELECT k.table_name, k.column_name, k.referenced_table_name, \
        k.referenced_column_name, r.delete_rule \
        FROM information_schema.key_column_usage AS k \
        JOIN information_schema.referential_constraints AS r \
        ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name \
        AND r.table_name = k.table_name \
        WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL \
        ORDER BY k.table_name, k.constraint_name, k.ordinal_position",
};
