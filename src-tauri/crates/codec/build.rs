//! Finds libjpeg-turbo, which decodes cameras' JPEG pictures.

fn main() {
    // What is called there is in every release since 2.0, of the second and the third major alike.
    if let Err(e) = pkg_config::Config::new().atleast_version("2.0").probe("libturbojpeg") {
        eprintln!("libturbojpeg was not found ({e}); `cargo xtask setup` installs it");
        std::process::exit(1);
    }
}
