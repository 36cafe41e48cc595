//! Effects of texts, on both databases.

use super::*;
use Effect::{Changes, Keeps, Savepoint, Several, TransactionControl};

#[track_caller]
fn check(sql: &str, sqlite: Effect, mysql: Effect) {
    assert_eq!(Effect::of(sql, false), sqlite, "{sql} (SQLite)");
    assert_eq!(Effect::of(sql, true), mysql, "{sql} (MySQL)");
}

#[test]
fn statements_about_rows_keep_the_session() {
    for sql in [
        "SELECT 1",
        "select `commit` FROM t",
        "  (SELECT 1) UNION (SELECT 2);",
        "-- begin\nINSERT INTO t VALUES ('a;b @x := 1')",
        "/* it's */ UPDATE t SET autocommit = 1",
        "DELETE FROM t",
        "REPLACE INTO t VALUES (1) ; -- the end",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "VALUES (1)",
        "SELECT 'GET_LOCK'",
    ] {
        check(sql, Keeps, Keeps);
    }
}

#[test]
fn transaction_control_is_recognised() {
    for sql in [
        "BEGIN",
        "begin immediate",
        " /* now */ COMMIT;",
        "commit and chain",
        "ROLLBACK",
        "rollback work",
    ] {
        check(sql, TransactionControl, TransactionControl);
    }
    check("END TRANSACTION", TransactionControl, Changes);
    for sql in [
        "START TRANSACTION READ ONLY",
        "/*!50000 COMMIT */",
        "/*M!100100 BEGIN */",
        "# a comment\nBEGIN",
        "SET autocommit = 0",
        "SET @@session.autocommit=0",
        "SET sql_mode = '', `autocommit` := 0",
        "XA START 'a'",
    ] {
        assert_eq!(Effect::of(sql, true), TransactionControl, "{sql}");
    }
    check("START REPLICA", Changes, Changes);
    check("SET @old = @@autocommit", Changes, Changes);
}

#[test]
fn savepoints_are_not_the_end_of_a_transaction() {
    for sql in [
        "SAVEPOINT a",
        "RELEASE SAVEPOINT a",
        "ROLLBACK TO a",
        "ROLLBACK TRANSACTION TO SAVEPOINT a",
        "ROLLBACK WORK TO a",
    ] {
        check(sql, Savepoint, Savepoint);
    }
}

#[test]
fn every_other_text_may_change_the_session() {
    for sql in [
        "",
        "SET foreign_key_checks = 0",
        "USE other",
        "LOCK TABLES t WRITE",
        "CALL p()",
        "CREATE TEMPORARY TABLE t (a INT)",
        "PRAGMA foreign_keys = OFF",
        "ATTACH 'a' AS b",
        "SHOW TABLES",
        "CREATE TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; DELETE FROM d; END;",
    ] {
        check(sql, Changes, Changes);
    }
}

#[test]
fn several_statements_are_recognised() {
    for sql in [
        "SELECT 1; PRAGMA foreign_keys = OFF",
        "CREATE TABLE a (b INT); CREATE TABLE c (d INT);",
        "BEGIN; DELETE FROM a; COMMIT",
        "SELECT ';'; -- and\nSELECT 2",
    ] {
        check(sql, Several, Several);
    }
    check("SELECT 1;; -- the end", Several, Several);
    check("SELECT 1; # the end", Several, Keeps);
    check("IF 1 THEN SELECT 1; END IF", Several, Changes);
    check("SELECT `if`; SELECT 1", Several, Several);
    check(
        "CREATE TABLE `a` (function INT); DROP TABLE b",
        Several,
        Several,
    );
}

#[test]
fn a_statement_with_a_body_is_one() {
    for sql in [
        "CREATE TRIGGER a BEFORE INSERT ON b FOR EACH ROW IF new.c THEN SET new.d = 1; END IF",
        "CREATE OR REPLACE DEFINER=`e`@`f` PROCEDURE a() CASE 1 WHEN 1 THEN SELECT 1; END CASE;",
        "create function a() returns int loop return 1; end loop",
        "ALTER EVENT a DO WHILE 1 DO SELECT 1; END WHILE",
        "CREATE TEMP TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; END",
    ] {
        check(sql, Changes, Changes);
    }
    for sql in [
        "WHILE 0 DO SELECT 1; END WHILE",
        "repeat select 1; until 1 end repeat",
    ] {
        assert_eq!(Effect::of(sql, true), Changes, "{sql}");
    }
    for sql in [
        "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
        "BEGIN  NOT\nATOMIC SELECT 1; SELECT 2; END",
    ] {
        assert_eq!(Effect::of(sql, true), TransactionControl, "{sql}");
    }
    check("SELECT [it;s] FROM a", Keeps, Several);
}

#[test]
fn variables_and_locks_of_mysql_are_state() {
    for sql in [
        "SELECT @a := 1",
        "SELECT a INTO @a FROM t",
        "SELECT a FROM t INTO  @a",
        "SELECT get_lock('a', 1)",
        "UPDATE t SET a = (@b := a)",
        "SELECT `Get_Lock` ('a', 1)",
    ] {
        check(sql, Keeps, Changes);
    }
    check("SELECT @a, @@version", Keeps, Keeps);
    check("SELECT ':=', `get_lock` FROM t -- @a", Keeps, Keeps);
}
