-- What the names of users look like. The program fills it when it opens the database. Each statement may run again.

CREATE TABLE IF NOT EXISTS `name_skeleton` (
    `ns_id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL CHECK (typeof(`ns_id`) IN ('integer', 'blob', 'null') AND `ns_id` >= 0),
    `user_id` INTEGER NOT NULL CHECK (typeof(`user_id`) IN ('integer', 'blob', 'null') AND `user_id` >= 0),
    `skeleton` TEXT NOT NULL CHECK (length(`skeleton`) <= 64),
    `only_one` TEXT NULL CHECK (length(`only_one`) <= 64),
    `unicode_version` TEXT NOT NULL CHECK (length(`unicode_version`) <= 16),
    CONSTRAINT `name_skeleton.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX IF NOT EXISTS `name_skeleton.user_id.unique` ON `name_skeleton` (`user_id`);
CREATE INDEX IF NOT EXISTS `name_skeleton.skeleton.index` ON `name_skeleton` (`skeleton`);
CREATE UNIQUE INDEX IF NOT EXISTS `name_skeleton.only_one.unique` ON `name_skeleton` (`only_one`);
