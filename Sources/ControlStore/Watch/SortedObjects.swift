import ClusterModel

/// Objects of one resource, sorted by namespace and name, as lists show them.
///
/// A sorted array of references: a lookup is a binary search, an insertion moves 8 bytes per later object, and a list
/// can hold on to the whole of it without copying.
struct SortedObjects: Sendable {
    private(set) var all: [StoredObject] = []

    init(_ objects: [StoredObject] = []) {
        all = objects.sorted { $0.key < $1.key }
    }

    /// The place of the first object that is not before a key.
    func place(notBefore key: ObjectKey) -> Int {
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    subscript(key: ObjectKey) -> StoredObject? {
        let place = place(notBefore: key)
        return place < all.count && all[place].key == key ? all[place] : nil
    }

    /// Puts an object in its place.
    /// - Returns: the one that was there.
    @discardableResult
    mutating func put(_ object: StoredObject) -> StoredObject? {
        let place = place(notBefore: object.key)
        guard place < all.count, all[place].key == object.key else {
            all.insert(object, at: place)
            return nil
        }
        let previous = all[place]
        all[place] = object
        return previous
    }

    /// Takes an object out.
    /// - Returns: the one that was there.
    @discardableResult
    mutating func remove(_ key: ObjectKey) -> StoredObject? {
        let place = place(notBefore: key)
        guard place < all.count, all[place].key == key else { return nil }
        return all.remove(at: place)
    }

    /// The objects of a namespace; all of them for nil.
    func inNamespace(_ namespace: String?) -> ArraySlice<StoredObject> {
        guard let namespace else { return all[...] }
        let first = place(notBefore: ObjectKey(namespace: namespace, name: ""))
        var last = first
        var high = all.count
        while last < high {
            let middle = (last + high) / 2
            if all[middle].key.namespace == namespace { last = middle + 1 } else { high = middle }
        }
        return all[first..<last]
    }
}
