-- What is said about movies. Each statement may run again.

CREATE TABLE IF NOT EXISTS `movie_detail` (
    `md_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `movie_id` BIGINT UNSIGNED NOT NULL,
    `media_type` VARCHAR(100) NULL DEFAULT NULL,
    `title` VARCHAR(500) NULL DEFAULT NULL,
    `description` LONGTEXT NULL DEFAULT NULL,
    `data` LONGTEXT NULL DEFAULT NULL,
    UNIQUE KEY `movie_detail.movie_id.unique` (`movie_id`),
    CONSTRAINT `movie_detail.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `poster` (
    `po_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `movie_id` BIGINT UNSIGNED NOT NULL,
    `media_type` VARCHAR(100) NOT NULL,
    `sha256` VARCHAR(64) NOT NULL,
    `image` LONGBLOB NOT NULL,
    UNIQUE KEY `poster.movie_id.unique` (`movie_id`),
    CONSTRAINT `poster.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;

CREATE TABLE IF NOT EXISTS `movie_tag` (
    `tag_id` BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
    `movie_id` BIGINT UNSIGNED NOT NULL,
    `tag_key` VARCHAR(200) NOT NULL,
    `tag` VARCHAR(64) NOT NULL,
    UNIQUE KEY `movie_tag.once.unique` (`movie_id`, `tag_key`),
    KEY `movie_tag.tag_key.index` (`tag_key`),
    CONSTRAINT `movie_tag.movie_id.foreign` FOREIGN KEY (`movie_id`) REFERENCES `movie` (`m_id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=/*M!100200 utf8mb4_nopad_bin*//*!80017 utf8mb4_0900_bin*/;
