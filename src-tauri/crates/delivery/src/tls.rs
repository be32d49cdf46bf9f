//! Whether this FFmpeg can be trusted with `rtmps`: certificate *and* host name must be checked.

/// Who does FFmpeg's encryption.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TlsBackend {
    /// GnuTLS: checks both, against the system's certificates.
    GnuTls,
    /// OpenSSL: libavformat does not compare the host name with the certificate.
    OpenSsl,
    /// LibreSSL's libtls: checks both.
    LibTls,
    /// Mbed TLS: checks both.
    MbedTls,
    /// Windows' own: checks both.
    SChannel,
    /// macOS' own: checks both.
    SecureTransport,
    /// None at all.
    None,
}

impl TlsBackend {
    /// From FFmpeg's configure line; `has_tls`: the protocol `tls` exists.
    pub fn detect(configuration: &str, has_tls: bool) -> Self {
        let has = |name: &str| {
            let flag = format!("--enable-{name}");
            configuration.split_whitespace().any(|f| f == flag)
        };
        // The order in which libavformat prefers them where several are switched on.
        match () {
            () if !has_tls => Self::None,
            () if has("gnutls") => Self::GnuTls,
            () if has("openssl") => Self::OpenSsl,
            () if has("mbedtls") => Self::MbedTls,
            () if has("libtls") => Self::LibTls,
            () if cfg!(windows) => Self::SChannel,
            () if cfg!(target_os = "macos") => Self::SecureTransport,
            // Switched on in a way that does not show: not to be trusted.
            () => Self::OpenSsl,
        }
    }

    /// The one this process uses.
    pub fn current() -> Self {
        Self::detect(ffmpeg_next::format::configuration(), crate::ffi::has_protocol("tls"))
    }

    /// Why `rtmps` must not be used with it, if so.
    pub const fn objection(self) -> Option<&'static str> {
        match self {
            Self::OpenSsl => Some(
                "This FFmpeg uses OpenSSL, with which it does not check that the server is who it says; rtmps is refused. Install an FFmpeg built with GnuTLS.",
            ),
            Self::None => Some(
                "This FFmpeg has no encryption, so rtmps cannot be used. Install an FFmpeg built with GnuTLS.",
            ),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchecked_host_name_is_refused() {
        let of = |c: &str| TlsBackend::detect(c, true);
        assert_eq!(of("--enable-gpl --enable-gnutls"), TlsBackend::GnuTls);
        assert_eq!(of("--enable-gpl --enable-openssl"), TlsBackend::OpenSsl);
        assert_eq!(of("--enable-mbedtls"), TlsBackend::MbedTls);
        assert_eq!(TlsBackend::detect("--enable-gnutls", false), TlsBackend::None);
        assert!(TlsBackend::OpenSsl.objection().is_some());
        assert!(TlsBackend::None.objection().is_some());
        assert!(TlsBackend::GnuTls.objection().is_none());
    }
}
