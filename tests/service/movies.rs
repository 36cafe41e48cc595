//! Lists of movies, changes of a movie, and notices.

mod catalogue;
mod listings;

mod edits;

mod details;
mod posters;

mod notices;
