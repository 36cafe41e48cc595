-- What the names of users look like. The program fills it when it opens the database. Each statement may run again.

CREATE TABLE IF NOT EXISTS `name_skeleton` (
    `ns_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `user_id` BIGINT UNSIGNED NOT NULL,
    `skeleton` VARCHAR(64) NOT NULL,
    `only_one` VARCHAR(64) NULL,
    `unicode_version` VARCHAR(16) NOT NULL,
    UNIQUE KEY `name_skeleton.user_id.unique` (`user_id`),
    KEY `name_skeleton.skeleton.index` (`skeleton`),
    UNIQUE KEY `name_skeleton.only_one.unique` (`only_one`),
    CONSTRAINT `name_skeleton.user_id.foreign` FOREIGN KEY (`user_id`) REFERENCES `user` (`u_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;
