//! What a certification costs (Thông tư 226/2016/TT-BTC).

use super::kinds::FeeRule;

/// The fee in đồng: for each copy by the pages of the original, or for the case. The copy that the office keeps for itself
/// is free (Nghị định 23/2015/NĐ-CP, Điều 14 khoản 4): don't count it among the copies.
pub fn fee(rule: FeeRule, pages: u32, copies: u32) -> u64 {
    match rule {
        FeeRule::PerPage { first_pages, first, further, at_most } => {
            let dear = pages.min(first_pages);
            let amount = u64::from(dear)
                .saturating_mul(first)
                .saturating_add(u64::from(pages - dear).saturating_mul(further))
                .min(at_most);
            amount.saturating_mul(u64::from(copies))
        }
        FeeRule::PerCase { amount } => amount,
    }
}

/// An amount as it's written: "12.000 đồng".
pub fn dong(amount: u64) -> String {
    grouped(amount) + " đồng"
}

/// A number as it's written: 1234000 as "1.234.000".
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPY: FeeRule = FeeRule::PerPage { first_pages: 2, first: 2000, further: 1000, at_most: 200_000 };

    #[test]
    fn copies_cost_by_the_page_and_at_most_200_000() {
        for (pages, amount) in
            [(0, 0), (1, 2000), (2, 4000), (3, 5000), (10, 12_000), (198, 200_000), (199, 200_000), (u32::MAX, 200_000)]
        {
            assert_eq!(fee(COPY, pages, 1), amount, "{pages} pages");
        }
        assert_eq!(fee(COPY, 3, 4), 20_000);
        assert_eq!(fee(COPY, 500, 3), 600_000);
        assert_eq!(fee(COPY, 3, 0), 0);
    }

    #[test]
    fn cases_cost_the_same_whatever_is_in_them() {
        assert_eq!(fee(FeeRule::PerCase { amount: 10_000 }, 30, 5), 10_000);
    }

    #[test]
    fn amounts_are_written_with_dots() {
        assert_eq!(
            [0, 999, 1000, 12_000, 1_234_567].map(dong).join("; "),
            "0 đồng; 999 đồng; 1.000 đồng; 12.000 đồng; 1.234.567 đồng"
        );
    }
}
