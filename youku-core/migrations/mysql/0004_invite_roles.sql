-- What an invite makes. This one statement is a step of its own: MySQL 8 cannot add a column again.

ALTER TABLE `invite`
    ADD COLUMN `user_type` VARCHAR(32) NOT NULL DEFAULT 'admin';
