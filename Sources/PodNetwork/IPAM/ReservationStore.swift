import Glibc
import LinuxSystem
import NetworkTypes

/// The directory in which host-local keeps who has which address, opened and locked.
///
/// Names, contents and lock file are the reference's (plugins/ipam/host-local/backend/disk), so that either plugin can
/// go on where the other stopped: `DATADIR/NETWORK/ADDRESS` holds the container id, CR LF, and the interface's name;
/// `last_reserved_ip.N` the address that pool N gave away last; `lock` is held with flock(2).
///
/// What the reference's format has no room for stands beside it, see `AttachmentRecords`. Nothing is brought to the disk
/// with fsync: a power cut is a reboot, after which no reservation is worth anything.
struct ReservationStore: ~Copyable {
    /// How long the lock is waited for.
    ///
    /// It is held for well under a millisecond by an ADD, so a longer wait means that
    /// its holder hangs.
    static let lockTimeout = Duration.seconds(10)

    /// `DATADIR/NETWORK`.
    let directory: String
    let records: AttachmentRecords
    private let lock: FileLock

    /// Opens the directory, making it when it is missing, and waits for the lock.
    ///
    /// The first one after a reboot drops the reservations that were made before it.
    ///
    /// - Throws: code 11 when the lock is not to be had in time, code 5 for a directory that can't be used.
    static func open(
        dataDirectory: String,
        network: String,
        lockTimeout: Duration = lockTimeout
    ) throws(CNIError) -> ReservationStore {
        if let store = try openExisting(dataDirectory: dataDirectory, network: network, lockTimeout: lockTimeout) {
            return store
        }
        do {
            try File.createDirectories("\(dataDirectory)/\(network)")
        } catch {
            throw CNIError(error)
        }
        if let store = try openExisting(dataDirectory: dataDirectory, network: network, lockTimeout: lockTimeout) {
            return store
        }
        throw CNIError(.tryAgainLater, "\(dataDirectory)/\(network) is removed again and again by someone else")
    }

    /// Opens the directory if it is there; nil when it isn't, and so no address is reserved.
    ///
    /// - Throws: as `open(dataDirectory:network:lockTimeout:)`.
    static func openExisting(
        dataDirectory: String,
        network: String,
        lockTimeout: Duration = lockTimeout
    ) throws(CNIError) -> ReservationStore? {
        let directory = "\(dataDirectory)/\(network)"
        let lock: FileLock
        do {
            lock = try FileLock.acquire("\(directory)/lock", until: .after(lockTimeout))
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        } catch  where error.code == .timeout {
            throw CNIError(
                .tryAgainLater,
                "the address store of network \(network) is busy",
                details: error.description
            )
        } catch {
            throw CNIError(error)
        }
        let records = try AttachmentRecords(directory: "\(dataDirectory)/.weft/\(network)")
        let store = ReservationStore(directory: directory, records: records, lock: lock)
        try store.dropThoseOfEarlierBoots()
        return store
    }

    private init(directory: String, records: AttachmentRecords, lock: consuming FileLock) {
        self.directory = directory
        self.records = records
        self.lock = lock
    }

    private func dropThoseOfEarlierBoots() throws(CNIError) {
        let seen = records.bootSeen
        guard seen != records.boot else { return }
        for record in try records.all() where !records.isOfThisBoot(record) {
            for address in record.addresses { try removeReservation(of: address, heldBy: record.holder) }
            try records.remove(record.holder)
        }
        // The first time the reference may have reserved what is there, and containers may run with it.
        if seen != nil { try dropThoseWithoutRecord(before: File.bootTime()) }
        try records.markThisBoot()
    }

    /// Drops what has no record and was written before this boot: by the reference, or by an ADD that a power cut ended.
    func dropThoseWithoutRecord(before boot: Int) throws(CNIError) {
        for (address, holder) in try reservations() where records.record(of: holder) == nil {
            guard let changed = File.changeTime(path(of: address)), changed < boot else { continue }
            try remove(address)
        }
    }
}

// MARK: Reserving

extension ReservationStore {
    /// Reserves the first free one of some addresses.
    ///
    /// The file is linked into place whole, so a crash leaves no half-written reservation.
    ///
    /// - Returns: the element that was free; nil when none was.
    /// - Throws: code 5.
    func reserve<Candidate>(
        firstOf candidates: some Sequence<Candidate>,
        for holder: Holder,
        address: (Candidate) -> IPAddress
    ) throws(CNIError) -> Candidate? {
        let temporary = try records.writeTemporary(holder.text)
        defer { unsafe _ = unlink(temporary) }
        for candidate in candidates where try link(temporary, as: address(candidate)) { return candidate }
        return nil
    }

    private func link(_ temporary: String, as address: IPAddress) throws(CNIError) -> Bool {
        let path = path(of: address)
        do throws(Errno) {
            _ = try SystemCall.run { unsafe Glibc.link(temporary, path) }
            return true
        } catch {
            guard error == .fileExists else {
                throw CNIError(LinuxSystemError(error, "reserve address", path))
            }
        }
        // The reference creates the file and then writes it: an empty one is what a crash between the two left. Whoever
        // made it does not hold the lock any more.
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_size == 0 else { return false }
        do {
            try File.rename(temporary, to: path)
            return true
        } catch {
            throw CNIError(error)
        }
    }

    /// What the pool with this index gave away last; nil when it isn't known.
    func lastReserved(inPool index: Int) -> IPAddress? {
        guard let text = try? File.readShortText("\(directory)/last_reserved_ip.\(index)") else { return nil }
        return IPAddress(text)
    }

    /// Notes what the pool with this index gave away.
    func noteLastReserved(_ address: IPAddress, inPool index: Int) throws(CNIError) {
        do {
            try File.overwrite(
                address.description.utf8,
                at: "\(directory)/last_reserved_ip.\(index)",
                permissions: 0o600
            )
        } catch {
            throw CNIError(error)
        }
    }
}

// MARK: Looking up and releasing

extension ReservationStore {
    /// The file of an address.
    private func path(of address: IPAddress) -> String { "\(directory)/\(address)" }

    /// Who holds an address; nil when nobody does.
    func holder(of address: IPAddress) -> Holder? {
        guard let text = try? File.readShortText(path(of: address)) else { return nil }
        return Holder(text: text)
    }

    /// All the reserved addresses with who holds them.
    ///
    /// Reads every file: for GC, CHECK and what the records don't know.
    ///
    /// - Throws: code 5.
    func reservations() throws(CNIError) -> [(address: IPAddress, holder: Holder)] {
        var reservations: [(address: IPAddress, holder: Holder)] = []
        for address in try reservedAddresses() {
            if let holder = holder(of: address) { reservations.append((address, holder)) }
        }
        return reservations
    }

    /// All the reserved addresses.
    ///
    /// - Throws: code 5.
    func reservedAddresses() throws(CNIError) -> [IPAddress] {
        do {
            return try File.entries(ofDirectory: directory).compactMap { IPAddress($0) }
        } catch {
            throw CNIError(error)
        }
    }

    /// Whether no address is reserved, or none but some.
    ///
    /// - Throws: code 5.
    func isEmpty(but own: [IPAddress] = []) throws(CNIError) -> Bool {
        do {
            return try !File.hasEntry(inDirectory: directory) { name in
                IPAddress(name).map { !own.contains($0) } ?? false
            }
        } catch {
            throw CNIError(error)
        }
    }

    /// The addresses that an attachment holds.
    ///
    /// - Throws: code 5.
    func addresses(of holder: Holder) throws(CNIError) -> [IPAddress] {
        if let record = records.record(of: holder) {
            let held = record.addresses.filter { self.holder(of: $0)?.isSame(as: holder) == true }
            if held.count == record.addresses.count { return held }
        }
        // Made by the reference (maybe after it released what the record says), or by an ADD that was killed before it
        // wrote the record.
        let reservations = try reservations()
        let exact = reservations.filter { $0.holder == holder }
        return (exact.isEmpty ? reservations.filter { $0.holder.isSame(as: holder) } : exact).map(\.address)
    }

    /// Gives back all that an attachment holds.
    ///
    /// - Returns: the addresses; none when it held none, which is no error.
    /// - Throws: code 5.
    @discardableResult
    func release(_ holder: Holder) throws(CNIError) -> [IPAddress] {
        let addresses = try addresses(of: holder)
        try release(addresses, of: holder)
        return addresses
    }

    /// Gives back addresses that an attachment holds, which are all that it has.
    ///
    /// - Throws: code 5.
    func release(_ addresses: [IPAddress], of holder: Holder) throws(CNIError) {
        for address in addresses { try remove(address) }
        try records.remove(holder)
        // Of an ADD that was killed while it reserved: nobody else writes it while this holds the lock.
        try records.removeTemporary()
    }

    /// Gives back one address if this holder has it.
    func removeReservation(of address: IPAddress, heldBy holder: Holder) throws(CNIError) {
        if self.holder(of: address)?.isSame(as: holder) == true { try remove(address) }
    }

    private func remove(_ address: IPAddress) throws(CNIError) {
        do {
            try File.remove(path(of: address))
        } catch {
            throw CNIError(error)
        }
    }
}
