//! Where to publish: the server's address and the stream key, as services hand them out and as
//! sellers paste them.

use std::fmt;

use vitrine_secret::Secret;

/// The application name FFmpeg before 8 can carry, in bytes.
const LONGEST_APP: usize = 127;
/// Longest server address and longest key, in bytes; FFmpeg's own buffers are 1024.
const LONGEST: usize = 1000;

/// A server and the key to publish with. Shown without the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// `rtmp(s)://host[:port]/app[/instance][?query]`: no key in it, no slash at the end.
    pub server: String,
    /// The stream key, its query included.
    pub key: Secret,
    address: Address,
}

/// The parts of a server address.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Address {
    secure: bool,
    host: String,
    port: u16,
    app: String,
}

/// Why a server and key cannot be used. No message repeats what might be a key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TargetError {
    /// Nothing was given.
    #[error(
        "There is no server address. Copy it from the service's live page; it begins with rtmp:// or rtmps://."
    )]
    Empty,
    /// An `http` or `https` address.
    #[error(
        "{0}://… is a web page address, not a streaming server. Copy the server address that begins with rtmp:// or rtmps://."
    )]
    WebPage(String),
    /// Another scheme.
    #[error(
        "{0}:// is not supported. Use the service's address that begins with rtmp:// or rtmps://."
    )]
    Scheme(String),
    /// No scheme at all.
    #[error("The server address must begin with rtmp:// or rtmps://.")]
    NoScheme,
    /// No usable host name.
    #[error("The server address has no usable host name. It looks like rtmp://server/app.")]
    Host,
    /// A port that is no number from 1 to 65535.
    #[error("The port in the server address is not a number from 1 to 65535.")]
    Port,
    /// A user name before the host.
    #[error(
        "The server address contains a user name or password before “@”; that way of signing in is not supported."
    )]
    UserInfo,
    /// Nothing behind the host.
    #[error(
        "The server address of {0} stops after the host name; the part behind it is missing, as in rtmp://server/app."
    )]
    NoApp(String),
    /// No key was given.
    #[error("The stream key for {0} is missing. Copy it from the service's live page.")]
    NoKey(String),
    /// The key stands in the server field.
    #[error(
        "The server address of {0} seems to contain the stream key. Put only the part before the key into the server field."
    )]
    KeyInServer(String),
    /// Blanks or control characters inside.
    #[error(
        "The {0} contains a blank or an invisible character. Copy it again without line breaks."
    )]
    Blank(&'static str),
    /// Longer than can be sent.
    #[error("The {0} is longer than {1} characters. Check what was pasted.")]
    TooLong(&'static str, usize),
}

impl Target {
    /// From one address with the key last: `rtmp://host/app/key`. A query before the key
    /// (`…/live2?backup=1/key`) stays with the server, one behind it with the key.
    ///
    /// # Errors
    /// [`TargetError`], never with a part of the key in it.
    pub fn parse(url: &str) -> Result<Self, TargetError> {
        let url = url.trim();
        let (scheme, rest) = scheme(url)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = Address::parse(scheme, authority, "")?.host;
        let (path_only, query) = match path.split_once('?') {
            Some((p, q)) => (p.trim_end_matches('/'), Some(q)),
            None => (path.trim_end_matches('/'), None),
        };
        let segments = path_only.split('/').filter(|s| !s.is_empty()).count();
        let no_key = || {
            if path.is_empty() {
                TargetError::NoApp(host.clone())
            } else {
                TargetError::NoKey(host.clone())
            }
        };
        let (app, key) = match query {
            // `live2?backup=1/key`: one segment before the query is the application.
            Some(q) if segments == 1 => {
                let (q, key) = q.split_once('/').ok_or_else(no_key)?;
                (format!("{path_only}?{q}"), key.to_owned())
            }
            _ if segments >= 2 => {
                let (app, last) = path_only.rsplit_once('/').ok_or_else(no_key)?;
                (app.to_owned(), query.map_or_else(|| last.to_owned(), |q| format!("{last}?{q}")))
            }
            _ => return Err(no_key()),
        };
        Self::build(scheme, authority, &app, &key)
    }

    /// From the two fields of a form. A whole address pasted into the key field is understood, and
    /// so is one pasted into the server field while the key field is empty.
    ///
    /// # Errors
    /// [`TargetError`]; [`TargetError::KeyInServer`] if the server field seems to hold a key.
    pub fn new(server: &str, key: &str) -> Result<Self, TargetError> {
        let (server, key) = (server.trim(), key.trim());
        if key.contains("://") {
            // Whatever it is, it was typed as a secret.
            drop(Secret::new(key));
            return Self::parse(key);
        }
        if server.is_empty() {
            return Err(TargetError::Empty);
        }
        if key.is_empty() {
            return Self::parse(server);
        }
        let (scheme, rest) = scheme(server)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let key = key.trim_start_matches('/');
        let path = path.trim_end_matches('/');
        // Server and key both filled from the joined address.
        let path = path.strip_suffix(key).and_then(|p| p.strip_suffix('/')).unwrap_or(path);
        if let Some(found) = key_like(path) {
            drop(Secret::new(found));
            let host = Address::parse(scheme, authority, "")?.host;
            return Err(TargetError::KeyInServer(host));
        }
        Self::build(scheme, authority, path, key)
    }

    fn build(scheme: &str, authority: &str, app: &str, key: &str) -> Result<Self, TargetError> {
        let key = Secret::new(key);
        let app = app.trim_matches('/');
        let address = Address::parse(scheme, authority, app)?;
        let server = format!("{scheme}://{authority}/{app}");
        if app.is_empty() {
            return Err(TargetError::NoApp(address.host));
        }
        if key.is_empty() {
            return Err(TargetError::NoKey(address.host));
        }
        for (name, text) in [("server address", server.as_str()), ("stream key", key.expose())] {
            if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
                return Err(TargetError::Blank(name));
            }
            if text.len() > LONGEST {
                return Err(TargetError::TooLong(name, LONGEST));
            }
        }
        if app.len() > LONGEST_APP {
            return Err(TargetError::TooLong(
                "part of the server address behind the host",
                LONGEST_APP,
            ));
        }
        Ok(Self { server, key, address })
    }

    /// Encrypted (`rtmps`)? Without it the key travels in the clear.
    pub const fn is_secure(&self) -> bool {
        self.address.secure
    }

    /// The server, `rtmp://host/app`, and the key: the two fields of a form.
    pub fn into_parts(self) -> (String, Secret) {
        (self.server, self.key)
    }

    /// Host name or address, without brackets.
    pub fn host(&self) -> &str {
        &self.address.host
    }

    /// Port: as given, else 1935 for `rtmp` and 443 for `rtmps`.
    pub const fn port(&self) -> u16 {
        self.address.port
    }

    /// The application, with its query: `live2?backup=1`.
    pub fn app(&self) -> &str {
        &self.address.app
    }
}

/// The server and a mask in the key's place.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.server, vitrine_secret::MASK)
    }
}

fn scheme(url: &str) -> Result<(&'static str, &str), TargetError> {
    if url.is_empty() {
        return Err(TargetError::Empty);
    }
    let (scheme, rest) = url.split_once("://").ok_or(TargetError::NoScheme)?;
    match scheme.to_ascii_lowercase().as_str() {
        "rtmp" => Ok(("rtmp", rest)),
        "rtmps" => Ok(("rtmps", rest)),
        web @ ("http" | "https") => Err(TargetError::WebPage(web.to_owned())),
        other if other.len() <= 12 && other.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            Err(TargetError::Scheme(other.to_owned()))
        }
        _ => Err(TargetError::NoScheme),
    }
}

impl Address {
    fn parse(scheme: &str, authority: &str, app: &str) -> Result<Self, TargetError> {
        let secure = scheme == "rtmps";
        if authority.contains('@') {
            return Err(TargetError::UserInfo);
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(v6) => {
                let (host, after) = v6.split_once(']').ok_or(TargetError::Host)?;
                if host.parse::<std::net::Ipv6Addr>().is_err() {
                    return Err(TargetError::Host);
                }
                (host, after.strip_prefix(':'))
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        if host.is_empty() || host.len() > 253 || !host.chars().all(plain) {
            return Err(TargetError::Host);
        }
        let default = if secure { 443 } else { 1935 };
        let port = match port {
            None => default,
            Some(p) => p.parse().ok().filter(|p| *p != 0).ok_or(TargetError::Port)?,
        };
        Ok(Self { secure, host: host.to_owned(), port, app: app.to_owned() })
    }
}

/// The part of a server's path that looks like a stream key: a long last segment with digits
/// behind the application, or a signed query.
fn key_like(path: &str) -> Option<&str> {
    let (path, query) = path.split_once('?').map_or((path, None), |(p, q)| (p, Some(q)));
    if let Some(q) = query {
        let signed = |part: &&str| {
            let name = part.split('=').next().unwrap_or_default();
            ["auth_key", "token", "key", "streamkey", "stream_key", "sign"].contains(&name)
        };
        if let Some(part) = q.split('&').find(signed) {
            return part.split_once('=').map(|(_, value)| value);
        }
    }
    let (_, last) = path.rsplit_once('/')?;
    let known = ["live_", "FB-", "sk_"].iter().any(|p| last.starts_with(p));
    let long = last.len() >= 16 && last.bytes().any(|b| b.is_ascii_digit());
    (known || long).then_some(last)
}

#[cfg(test)]
mod tests;
