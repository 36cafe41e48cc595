//! Orders, pages and cursors of lists of movies, and which part of a movie a search covers.

use youku_core::{
    Admin, Code, Cursor, Kind, MovieView, Movies, Page, Policy, Session, Sort, first,
};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{World, bad_field, bytes, charged, finish, new_movie, policy, refused, upload};

const SORTS: [Sort; 6] = [
    Sort::Oldest,
    Sort::Newest,
    Sort::Name,
    Sort::NameDescending,
    Sort::Smallest,
    Sort::Largest,
];

both_databases![
    every_order_is_what_its_name_says,
    pages_of_every_order_join_to_the_whole_list,
    rows_that_change_between_pages_neither_repeat_nor_hide_others,
    page_ends_where_the_list_ends,
    cursor_belongs_to_one_order,
    search_stops_at_its_limit_and_resumes_there,
    deleted_movies_are_searched_and_sorted_too,
    deleted_movies_are_for_administrators,
    titles_are_those_of_the_same_page,
];

/// Movies for which the orders by id, name, size and kind all differ.
async fn shelf(admin: &Admin) -> Result<Vec<MovieView>> {
    let mut movies = Vec::new();
    for (seed, (name, size)) in [
        ("Charlie", 300),
        ("alpha", 200),
        ("Bravo", 300),
        ("alpha", 100),
        ("\u{e9}cho", 500),
        ("Delta", 200),
        ("电影", 400),
    ]
    .into_iter()
    .enumerate()
    {
        let content = bytes(seed as u8, size);
        let new = match seed % 3 {
            0 => charged(name, &content),
            _ => new_movie(name, &content),
        };
        movies.push(finish(admin, new, &content).await?.movie);
    }
    Ok(movies)
}

/// The numbers of the movies; 1 is the first one that was uploaded.
fn numbers(all: &[MovieView], some: &[MovieView]) -> Vec<usize> {
    let number = |movie| all.iter().position(|other| other == movie);
    some.iter()
        .map(|movie| number(movie).map_or(0, |place| place + 1))
        .collect()
}

async fn every_order_is_what_its_name_says(world: World) -> Result {
    let admin = world.admin().await?;
    let all = shelf(&admin).await?;
    for (sort, expected) in SORTS.into_iter().zip([
        [1, 2, 3, 4, 5, 6, 7],
        [7, 6, 5, 4, 3, 2, 1],
        [2, 4, 3, 1, 6, 5, 7],
        [7, 5, 6, 1, 3, 4, 2],
        [4, 2, 6, 1, 3, 7, 5],
        [5, 7, 3, 1, 6, 2, 4],
    ]) {
        let found = admin.session().movies().sort(sort).page(first(50)).await?;
        assert_eq!(numbers(&all, &found), expected, "{sort:?}");
        assert_eq!(found.next, None);
    }
    Ok(())
}

async fn in_pages(session: &Session, sort: Sort, size: u32) -> Result<Vec<MovieView>> {
    let mut found = Vec::new();
    let mut page = first(size);
    loop {
        let part = session.movies().sort(sort).page(page).await?;
        assert!(part.len() <= size as usize);
        found.extend(part.entries);
        let Some(next) = part.next else {
            return Ok(found);
        };
        // A cursor that passes through a client comes back as text.
        page = first(size).after(next.to_string().parse::<Cursor>()?);
    }
}

async fn pages_of_every_order_join_to_the_whole_list(world: World) -> Result {
    let admin = world.admin().await?;
    shelf(&admin).await?;
    let session = admin.session();
    for sort in SORTS {
        let whole = session.movies().sort(sort).page(first(50)).await?;
        for size in [1, 2, 3, 7] {
            assert_eq!(
                in_pages(session, sort, size).await?,
                whole.entries,
                "{sort:?} by {size}"
            );
        }
    }
    let free = || session.movies().kind(Kind::Free).sort(Sort::Largest);
    let whole = free().page(first(50)).await?;
    let one = free().page(first(2)).await?;
    let other = free()
        .page(first(50).after(one.next.ok_or("a rest")?))
        .await?;
    assert_eq!([one.entries, other.entries].concat(), whole.entries);
    Ok(())
}

async fn rows_that_change_between_pages_neither_repeat_nor_hide_others(world: World) -> Result {
    let admin = world.admin().await?;
    let all = shelf(&admin).await?;
    let movies = || admin.session().movies().sort(Sort::Name);
    let one = movies().page(first(3)).await?;
    assert_eq!(numbers(&all, &one), [2, 4, 3]);
    // The last movie of the page disappears; one is added before it and one after it.
    admin.delete(one[2].id).await?;
    upload(&admin, "aaa", &bytes(90, 10)).await?;
    let late = upload(&admin, "Charlie", &bytes(91, 10)).await?;
    let other = movies()
        .page(first(9).after(one.next.ok_or("a rest")?))
        .await?;
    let mut known = all.clone();
    known.push(late);
    assert_eq!(numbers(&known, &other), [1, 8, 6, 5, 7]);
    Ok(())
}

async fn page_ends_where_the_list_ends(world: World) -> Result {
    let admin = world.admin().await?;
    shelf(&admin).await?;
    let movies = || admin.session().movies();
    assert!(movies().page(first(0)).await?.is_empty());
    assert_eq!(movies().page(first(7)).await?.next, None);
    assert_eq!(movies().page(first(6)).await?.next, Some(Cursor::from(6)));
    assert!(movies().page(first(9).after(u64::MAX)).await?.is_empty());
    assert_eq!(movies().page(Page::first(u32::MAX)).await?.len(), 7);
    Ok(())
}

async fn cursor_belongs_to_one_order(world: World) -> Result {
    let admin = world.admin().await?;
    shelf(&admin).await?;
    let session = admin.session();
    let mut cursors = Vec::new();
    for sort in [Sort::Oldest, Sort::Name, Sort::Largest] {
        let page = session.movies().sort(sort).page(first(1)).await?;
        cursors.push((sort, page.next.ok_or("a rest")?));
    }
    for (sort, cursor) in &cursors {
        for (other, _) in cursors.iter().filter(|(other, _)| other != sort) {
            let page = first(1).after(cursor.clone());
            let answer = session.movies().sort(*other).page(page).await;
            assert_eq!(bad_field(answer), Some("after"), "{sort:?} {other:?}");
        }
    }
    let misplaced = || first(1).after(cursors[1].1.clone());
    assert_eq!(bad_field(session.history(misplaced()).await), Some("after"));
    assert_eq!(bad_field(session.notices(misplaced()).await), Some("after"));
    assert_eq!(bad_field(admin.users(misplaced()).await), Some("after"));
    assert_eq!(bad_field(admin.audit(misplaced()).await), Some("after"));
    Ok(())
}

async fn search_stops_at_its_limit_and_resumes_there(database: TestDatabase) -> Result {
    let near = Policy {
        search_rows: 3,
        ..policy()
    };
    let world = World::with_policy(&database, near).await;
    let admin = world.admin().await?;
    let all = shelf(&admin).await?;
    for sort in SORTS {
        let mut found = Vec::new();
        let mut pages = 0;
        let mut page = first(9);
        loop {
            let list = admin.session().movies().sort(sort).matching("al");
            let part = list.page(page).await?;
            assert!(part.len() <= 3);
            pages += 1;
            found.extend(part.entries);
            match part.next {
                Some(next) => page = first(9).after(next),
                None => break,
            }
        }
        let whole = admin.session().movies().sort(sort).page(first(9)).await?;
        let matching = whole.iter().filter(|movie| movie.name.contains("al"));
        let expected: Vec<_> = matching.cloned().collect();
        assert_eq!(numbers(&all, &found), numbers(&all, &expected), "{sort:?}");
        assert_eq!(pages, 3, "{sort:?}");
    }
    // A page that is full early continues directly after its last entry.
    let list = || admin.session().movies().matching("a");
    let one = list().page(first(1)).await?;
    assert_eq!(numbers(&all, &one), [1]);
    let other = list()
        .page(first(1).after(one.next.ok_or("a rest")?))
        .await?;
    assert_eq!(numbers(&all, &other), [2]);
    Ok(())
}

async fn deleted_movies_are_searched_and_sorted_too(world: World) -> Result {
    let admin = world.admin().await?;
    let all = shelf(&admin).await?;
    for movie in &all[..4] {
        admin.delete(movie.id).await?;
    }
    let deleted = || admin.deleted_movies();
    let found = deleted().sort(Sort::Name).page(first(9)).await?;
    assert_eq!(numbers(&all, &found), [2, 4, 3, 1]);
    let found = deleted().kind(Kind::Charged).page(first(9)).await?;
    assert_eq!(numbers(&all, &found), [1, 4]);
    let found = deleted().matching("ALPH").page(first(9)).await?;
    assert_eq!(numbers(&all, &found), [2, 4]);
    Ok(())
}

async fn deleted_movies_are_for_administrators(world: World) -> Result {
    let admin = world.admin().await?;
    admin.session().logout().await?;
    let answer = admin.deleted_movies().page(first(9)).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    Ok(())
}

/// Compares all pages of a list with the same pages of its titles.
async fn compare(list: impl Fn() -> Movies) -> Result {
    let mut page = first(3);
    loop {
        let (whole, titles) = (list().page(page.clone()).await?, list().titles(page).await?);
        assert_eq!(titles.next, whole.next, "{:?}", list());
        let title = |movie: &MovieView| (movie.id, movie.name.clone(), movie.kind);
        let expected: Vec<_> = whole.iter().map(title).collect();
        let found: Vec<_> = titles
            .into_iter()
            .map(|title| (title.id, title.name, title.kind))
            .collect();
        assert_eq!(found, expected, "{:?}", list());
        match whole.next {
            Some(next) => page = first(3).after(next),
            None => return Ok(()),
        }
    }
}

async fn titles_are_those_of_the_same_page(world: World) -> Result {
    let admin = world.admin().await?;
    let all = shelf(&admin).await?;
    admin.delete(all[2].id).await?;
    admin.delete(all[3].id).await?;
    for sort in SORTS {
        compare(|| admin.session().movies().sort(sort)).await?;
        compare(|| admin.session().movies().kind(Kind::Free).sort(sort)).await?;
        compare(|| admin.session().movies().matching("a").sort(sort)).await?;
        compare(|| admin.deleted_movies().sort(sort)).await?;
    }
    Ok(())
}
