//! SQLite's catalogue: `sqlite_master` and the pragmas as tables
//! (<https://www.sqlite.org/pragma.html#pragfunc>).

use crate::schema::live::Catalogue;

pub(super) const CATALOGUE: Catalogue = Catalogue {
    folds: "SELECT 1",
    tables: "SELECT name, type = 'view' FROM sqlite_master \
        WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
    // `hidden` is 1 for what `SELECT *` leaves out, 2 and 3 for generated columns.
    // A primary key counts as NOT NULL here. SQLite itself accepts NULL in a key of text that is not declared NOT NULL.
    columns: [
        "SELECT m.name, c.name, c.type, c.`notnull` = 0 AND c.pk = 0, \
        c.dflt_value IS NOT NULL OR c.hidden > 1 OR (c.pk = 1 AND upper(c.type) = 'INTEGER'), \
        c.pk = 1 AND upper(c.type) = 'INTEGER' \
        FROM sqlite_master AS m JOIN pragma_table_xinfo(m.name) AS c \
        WHERE m.type IN ('table', 'view') AND c.hidden <> 1 AND m.name IN",
        "ORDER BY m.name, c.cid",
    ],
    keys: "SELECT m.name, c.name \
        FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c \
        WHERE m.type = 'table' AND c.pk > 0 ORDER BY m.name, c.pk",
    indexes: "SELECT m.name, l.name, l.`unique`, i.name \
        FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS l \
        JOIN pragma_index_info(l.name) AS i \
        WHERE m.type = 'table' AND l.partial = 0 ORDER BY m.name, l.name, i.seqno",
    foreign_keys: "SELECT m.name, f.`from`, f.`table`, f.`to`, f.on_delete \
        FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f \
        WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq",
};
