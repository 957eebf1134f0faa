use xtask::layout::Checkout;
fn main() {
    let mut args = std::env::args().skip(1);
    let root = args.next().unwrap();
    let checkout = Checkout::at(&root);
    let mut readings = Vec::new();
    for file in args {
        let text = std::fs::read_to_string(&file).unwrap();
        let read = if file.ends_with(".txt") {
            xtask::capture::input::text::read(&file, &text).map(|mut r| {
                r.address = std::env::var("ADDRESS").ok();
                r
            })
        } else {
            xtask::capture::input::record::read(&file, &text)
        };
        match read {
            Ok(reading) => readings.push((file, reading)),
            Err(fault) => eprintln!("READ {fault}\n"),
        }
    }
    match xtask::capture::capture(&checkout, &readings) {
        Err(faults) => {
            eprintln!("{faults}");
            std::process::exit(1)
        }
        Ok(pages) => {
            for fault in xtask::capture::unused_names(&checkout, &pages) {
                eprintln!("UNUSED {fault}");
            }
            for page in pages {
                println!("{}", page.path());
                for note in &page.notes {
                    println!("   {note}");
                }
                let path = checkout.resolve(page.path());
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, page.text()).unwrap();
                let folder = checkout.resolve("samples-by-side");
                std::fs::create_dir_all(&folder).unwrap();
                for (side, sample) in &page.samples {
                    std::fs::write(
                        folder.join(format!("{}.{}.json", page.operation().unwrap(), side)),
                        xtask::capture::samples::text(sample),
                    )
                    .unwrap();
                }
            }
        }
    }
}
