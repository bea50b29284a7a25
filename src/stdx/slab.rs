//! A store of values with keys that are never valid for another value: index and generation.

/// A key of a [`Slab`]: which slot, and which of the values that lived there. `Default` is a key that is
/// never valid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct RawKey {
    index: u32,
    generation: u32,
}

/// A typed key: implemented by newtypes over [`RawKey`] through [`slab_key!`](crate::slab_key).
pub trait Key: Copy + Eq {
    /// Wraps a raw key.
    fn from_raw(raw: RawKey) -> Self;
    /// The raw key.
    fn raw(self) -> RawKey;
}

/// Defines a key newtype: `slab_key!(/// doc  LegKey);`
#[macro_export]
macro_rules! slab_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
        pub struct $name($crate::stdx::slab::RawKey);
        impl $crate::stdx::slab::Key for $name {
            fn from_raw(raw: $crate::stdx::slab::RawKey) -> Self {
                Self(raw)
            }
            fn raw(self) -> $crate::stdx::slab::RawKey {
                self.0
            }
        }
    };
}

#[derive(Debug)]
struct Slot<V> {
    generation: u32,
    value: Option<V>,
}

/// Values by key. Iteration is in slot order, which depends only on the history of insertions and removals.
#[derive(Debug)]
pub struct Slab<K, V> {
    slots: Vec<Slot<V>>,
    free: Vec<u32>,
    len: usize,
    key: std::marker::PhantomData<K>,
}

impl<K: Key, V> Slab<K, V> {
    /// An empty slab.
    pub fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new(), len: 0, key: std::marker::PhantomData }
    }

    /// Keeps the value that `make` builds from its own key.
    pub fn insert_with(&mut self, make: impl FnOnce(K) -> V) -> K {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 1, value: None });
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        let generation = self.slots.get(index as usize).map_or(1, |slot| slot.generation);
        let key = K::from_raw(RawKey { index, generation });
        let value = make(key);
        if let Some(slot) = self.slots.get_mut(index as usize) {
            slot.value = Some(value);
            self.len += 1;
        }
        key
    }

    /// Keeps `value`.
    pub fn insert(&mut self, value: V) -> K {
        self.insert_with(|_| value)
    }

    /// Takes the value out; its key is never valid again.
    pub fn remove(&mut self, key: K) -> Option<V> {
        let raw = key.raw();
        let slot = self.slots.get_mut(raw.index as usize).filter(|slot| slot.generation == raw.generation)?;
        let value = slot.value.take()?;
        slot.generation = slot.generation.wrapping_add(1).max(1);
        self.free.push(raw.index);
        self.len -= 1;
        Some(value)
    }

    /// The value of `key`.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        let raw = key.raw();
        self.slots
            .get_mut(raw.index as usize)
            .filter(|slot| slot.generation == raw.generation)?
            .value
            .as_mut()
    }

    /// The value of `key`.
    pub fn get(&self, key: K) -> Option<&V> {
        let raw = key.raw();
        self.slots.get(raw.index as usize).filter(|slot| slot.generation == raw.generation)?.value.as_ref()
    }

    /// Whether `key` is valid.
    pub fn contains(&self, key: K) -> bool {
        self.get(key).is_some()
    }

    /// Values kept.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All keys and values in slot order.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.slots.iter().zip(0..).filter_map(|(slot, index)| {
            let value = slot.value.as_ref()?;
            Some((K::from_raw(RawKey { index, generation: slot.generation }), value))
        })
    }
}

impl<K: Key, V> Default for Slab<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    crate::slab_key!(
        #[expect(unreachable_pub, reason = "the macro makes public keys")]
        K
    );

    #[test]
    fn a_removed_key_is_never_valid_again() {
        let mut slab = Slab::<K, u8>::new();
        let a = slab.insert(1);
        assert_eq!(slab.remove(a), Some(1));
        let b = slab.insert(2);
        assert_eq!((slab.get(a), slab.get(b), slab.len()), (None, Some(&2), 1));
        assert_eq!(slab.remove(a), None);
        assert!(!slab.contains(K::default()));
    }
}
