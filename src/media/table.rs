//! Streams by port: a table of all ports that says where each stream is kept.

use super::Port;
use super::stream::Stream;

/// Where a stream is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place(u16);

#[derive(Debug)]
pub(super) struct Table {
    /// By port: place + 1, 0 for none.
    places: Vec<u16>,
    streams: Vec<Option<Stream>>,
    free: Vec<Place>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self { places: vec![0; 1 << 16], streams: Vec::new(), free: Vec::new() }
    }

    /// Keeps `stream`; `false` if [`STREAMS_MAX`] are kept or its port has one.
    pub(super) fn insert(&mut self, stream: Stream) -> bool {
        let Some(entry @ 0) = self.places.get_mut(usize::from(stream.port.0)) else { return false };
        let next = u16::try_from(self.streams.len()).ok().filter(|n| *n < STREAMS_MAX).map(Place);
        let Some(place) = self.free.pop().or(next) else { return false };
        *entry = place.0 + 1;
        match self.streams.get_mut(usize::from(place.0)) {
            Some(slot) => *slot = Some(stream),
            None => self.streams.push(Some(stream)),
        }
        true
    }

    pub(super) fn remove(&mut self, port: Port) -> Option<(Place, Stream)> {
        let place = self.place(port)?;
        *self.places.get_mut(usize::from(port.0))? = 0;
        self.free.push(place);
        Some((place, self.streams.get_mut(usize::from(place.0))?.take()?))
    }

    pub(super) fn get_mut(&mut self, port: Port) -> Option<&mut Stream> {
        let place = self.place(port)?;
        self.at_mut(place)
    }

    pub(super) fn at_mut(&mut self, place: Place) -> Option<&mut Stream> {
        self.streams.get_mut(usize::from(place.0))?.as_mut()
    }

    pub(super) fn get(&self, port: Port) -> Option<&Stream> {
        self.streams.get(usize::from(self.place(port)?.0))?.as_ref()
    }

    pub(super) fn place(&self, port: Port) -> Option<Place> {
        self.places.get(usize::from(port.0))?.checked_sub(1).map(Place)
    }

    pub(super) fn len(&self) -> usize {
        self.streams.len() - self.free.len()
    }
}

/// One for each even port.
pub(super) const STREAMS_MAX: u16 = 1 << 15;
