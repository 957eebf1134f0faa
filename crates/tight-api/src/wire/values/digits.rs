//! The number that a text is, without rounding.

/// Whether it is digits, with a sign and a fraction if there are any.
pub(super) fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction)
}

/// The whole number that a text is, exactly.
pub(super) fn whole(text: &str) -> Option<i64> {
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
        None => (text, 0_i32),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let unsigned = integer.strip_prefix(['-', '+']).unwrap_or(integer);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if unsigned.is_empty() || !is_digits(unsigned) || !is_digits(fraction) {
        return None;
    }
    let digits = format!("{integer}{fraction}");
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() || significant.ends_with(['-', '+']) {
        return Some(0);
    }
    let dropped = i32::try_from(digits.len() - significant.len()).ok()?;
    let exponent = exponent
        .checked_sub(i32::try_from(fraction.len()).ok()?)?
        .checked_add(dropped)?;
    // No whole number has more digits than this.
    let zeros = usize::try_from(exponent).ok().filter(|zeros| *zeros < 20)?;
    format!("{significant}{}", "0".repeat(zeros)).parse().ok()
}

/// The number that a text is, with an exponent if it has one.
#[cfg(feature = "rust_decimal")]
pub(super) fn exact(text: &str) -> Option<rust_decimal::Decimal> {
    /// More digits than a decimal holds.
    const MOST: usize = 40;
    let text = text.trim();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    if !is_decimal(mantissa) {
        return None;
    }
    if exponent == 0 {
        return rust_decimal::Decimal::from_str_exact(mantissa).ok();
    }
    let zeros = usize::try_from(exponent.unsigned_abs()).ok();
    let zeros = "0".repeat(zeros.filter(|zeros| *zeros <= MOST)?);
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", mantissa.trim_start_matches('+')),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let shift = zeros.len();
    let plain = if exponent > 0 {
        let digits = format!("{fraction}{zeros}");
        let (more, fraction) = digits.split_at(shift);
        format!("{sign}{whole}{more}.{fraction}0")
    } else {
        let digits = format!("{zeros}{whole}");
        let (whole, more) = digits.split_at(digits.len() - shift);
        format!("{sign}0{whole}.{more}{fraction}")
    };
    let plain = plain.trim_end_matches('0').trim_end_matches('.');
    rust_decimal::Decimal::from_str_exact(plain).ok()
}
