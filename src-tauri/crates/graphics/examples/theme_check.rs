//! Prints what `Theme::check_all` finds in a folder.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let begin = std::time::Instant::now();
    for f in vitrine_graphics::Theme::load(folder)?.check_all() {
        println!("{:?} {} {}: {}", f.level, f.element.map_or("-", |e| e.name()), f.canvas.unwrap_or(""), f.text);
    }
    eprintln!("{:?}", begin.elapsed());
    Ok(())
}
