//! Several calls of the store at once: a store that is far away is waited for, and most objects are small.

use crate::error::Error;

/// How many.
const AT_ONCE: usize = 8;

/// Does the work with each, and gives what comes of it in their order.
///
/// # Errors
/// [`Error::Internal`] where a work panicked.
pub(crate) async fn each<T, U>(all: Vec<T>, work: impl Fn(T) -> U + Clone + Send + 'static) -> Result<Vec<U>, Error>
where
    T: Send + 'static,
    U: Send + 'static,
{
    let (count, share) = (all.len(), all.len().div_ceil(AT_ONCE));
    let (mut all, mut parts) = (all.into_iter(), Vec::new());
    loop {
        let (part, work): (Vec<T>, _) = (all.by_ref().take(share).collect(), work.clone());
        if part.is_empty() {
            break;
        }
        parts.push(tokio::task::spawn_blocking(move || part.into_iter().map(work).collect::<Vec<U>>()));
    }
    let mut done = Vec::with_capacity(count);
    for part in parts {
        done.extend(part.await.map_err(Error::internal)?);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_of_each_comes_in_their_order() {
        for count in [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 100] {
            let all: Vec<usize> = (0..count).collect();
            assert_eq!(each(all.clone(), |one| one).await.unwrap(), all);
        }
    }
}
