//! Options in the parameters of a database's URL.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::settings::options::{DatabaseOptions, Synchronous};

/// Moves the parameters that are options of this crate out of the URL. What is left is the
/// driver's to read.
pub(crate) fn take_parameters(url: &str, options: &mut DatabaseOptions) -> Result<String> {
    let Some((base, parameters)) = url.split_once('?') else {
        return Ok(url.to_owned());
    };
    let mut left = Vec::new();
    for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if !set(options, name, value)? {
            left.push(parameter);
        }
    }
    Ok(if left.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", left.join("&"))
    })
}

/// Sets one option. Returns false for a parameter that is not an option of this crate.
fn set(options: &mut DatabaseOptions, name: &str, value: &str) -> Result<bool> {
    let tls = &mut options.tls;
    match name {
        "tls" => *tls = parse::<bool>(name, value)?.then(|| tls.take().unwrap_or_default()),
        "tls_ca" => tls.get_or_insert_default().ca_file = Some(value.into()),
        "tls_host_name" => tls.get_or_insert_default().host_name = Some(value.to_owned()),
        _ => return options.set_parameter(name, value),
    }
    Ok(true)
}

/// The parameters of TLS; the others have the names of options.
#[cfg(feature = "sqlite")]
const TLS: [&str; 3] = ["tls", "tls_ca", "tls_host_name"];

/// The error for parameters of which none is known, naming the first one and what was most likely meant.
#[cfg(feature = "sqlite")]
pub(crate) fn unknown_parameter(parameters: &str) -> Error {
    let first = parameters.split(['=', '&']).next().unwrap_or_default();
    let names = DatabaseOptions::NAMES.iter().chain(&TLS);
    let near = names
        .map(|name| (strsim::damerau_levenshtein(first, name), name))
        .filter(|(distance, name)| *distance <= name.len() / 3)
        .min();
    let help = match near {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => "the parameters are the fields of `DatabaseOptions`".to_owned(),
    };
    Error::usage(format!(
        "`{first}` in the database URL is not an option of SQLite; {help}"
    ))
}

/// The value of a parameter.
pub(super) fn parse<T: Parameter>(name: &str, value: &str) -> Result<T> {
    T::parse(value).ok_or_else(|| {
        let wanted = T::WANTED;
        Error::usage(format!(
            "`{name}` in the database URL is `{value}`; it takes {wanted}"
        ))
    })
}

/// A type that a parameter of the URL can have.
pub(super) trait Parameter: Sized {
    const WANTED: &'static str;

    fn parse(value: &str) -> Option<Self>;
}

impl Parameter for bool {
    const WANTED: &'static str = "`true` or `false`";

    fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

impl Parameter for usize {
    const WANTED: &'static str = "a whole number";

    fn parse(value: &str) -> Option<Self> {
        value.parse().ok()
    }
}

impl Parameter for Duration {
    const WANTED: &'static str = "a number of seconds, such as `30` or `0.5`";

    fn parse(value: &str) -> Option<Self> {
        Self::try_from_secs_f64(value.parse().ok()?).ok()
    }
}

impl Parameter for Option<Duration> {
    const WANTED: &'static str = Duration::WANTED;

    fn parse(value: &str) -> Option<Self> {
        Duration::parse(value).map(Some)
    }
}

impl Parameter for Synchronous {
    const WANTED: &'static str = "`full` or `normal`";

    fn parse(value: &str) -> Option<Self> {
        match value {
            "full" => Some(Self::Full),
            "normal" => Some(Self::Normal),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tls::Tls;

    #[test]
    fn options_are_removed_from_the_url_and_other_parameters_kept() {
        let mut options = DatabaseOptions::default();
        let url = "mysql://a:b@c/d?max_connections=3&prefer_socket=false&acquire_timeout=0.5";
        let left = take_parameters(url, &mut options).expect("both values are numbers");
        assert_eq!(left, "mysql://a:b@c/d?prefer_socket=false");
        assert_eq!(options.max_connections, 3);
        assert_eq!(options.acquire_timeout, Duration::from_millis(500));
    }

    /// SQLite and MySQL need one connection, so the size of the pool is at least that.
    #[test]
    fn a_pool_without_connections_has_one() {
        let mut options = DatabaseOptions::default();
        let left = take_parameters("sqlite:x?max_connections=0", &mut options);
        assert_eq!(left.as_deref().ok(), Some("sqlite:x"));
        assert_eq!((options.max_connections, options.pool_size()), (0, 1));
    }

    #[test]
    fn every_option_has_a_parameter() {
        let mut options = DatabaseOptions::default();
        let url = "sqlite:x?min_connections=1&statement_cache=2&connect_timeout=3&busy_timeout=4\
                   &slow_statement=5&statement_timeout=6&idle_timeout=7&max_lifetime=8&inline_budget=9\
                   &synchronous=normal&read_only=true";
        assert_eq!(
            take_parameters(url, &mut options).as_deref().ok(),
            Some("sqlite:x")
        );
        let seconds = Duration::from_secs;
        assert_eq!((options.min_connections, options.statement_cache), (1, 2));
        assert_eq!(options.connect_timeout, seconds(3));
        assert_eq!(options.busy_timeout, seconds(4));
        assert_eq!(options.slow_statement, seconds(5));
        assert_eq!(options.statement_timeout, Some(seconds(6)));
        assert_eq!(options.idle_timeout, Some(seconds(7)));
        assert_eq!(options.max_lifetime, Some(seconds(8)));
        assert_eq!(options.inline_budget, seconds(9));
        assert_eq!(options.synchronous, Synchronous::Normal);
        assert!(options.read_only);
    }

    #[test]
    fn any_tls_parameter_enables_encryption() {
        let of = |parameters: &str| {
            let mut options = DatabaseOptions::default();
            let url = format!("mysql://a@b/c?{parameters}");
            take_parameters(&url, &mut options).map(|_| options.tls)
        };
        assert_eq!(of("tls=true").ok(), Some(Some(Tls::new())));
        assert_eq!(of("tls=false").ok(), Some(None));
        let both = Tls::new().ca_file("/a.pem").host_name("x");
        let parameters = "tls_ca=/a.pem&tls=true&tls_host_name=x";
        assert_eq!(of(parameters).ok(), Some(Some(both)));
        assert!(of("tls=required").is_err());
    }

    #[test]
    fn an_invalid_value_is_refused_with_the_name_of_its_option() {
        for parameter in [
            "max_connections=many",
            "acquire_timeout=-1",
            "statement_cache",
        ] {
            let url = format!("sqlite:x?{parameter}");
            let refused = take_parameters(&url, &mut DatabaseOptions::default());
            let text = refused.expect_err("the value does not fit").to_string();
            let name = parameter.split('=').next().unwrap_or(parameter);
            assert!(text.contains(&format!("`{name}`")), "{text}");
        }
    }
}
