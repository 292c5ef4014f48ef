import LinuxSystem
import NetworkTypes

/// What an attachment holds and in which boot of the machine it got it, in `DATADIR/.weft/NETWORK/`.
///
/// A record saves DEL and CHECK the reading of every reservation, and tells which reservations a reboot made void. The
/// files are beside host-local's directory, not in it: the reference reads every file there at each call. They are only
/// ever hints: a reservation counts by what its own file says.
struct AttachmentRecords: Sendable {
    /// One attachment's record.
    struct Record: Hashable, Sendable {
        let holder: Holder
        /// The boot in which the addresses were reserved.
        let boot: String
        let addresses: [IPAddress]

        /// Reads a file: `boot UUID`, `holder ID INTERFACE`, `address IP` lines; nil for anything else.
        init?(text: String) {
            var boot: String?
            var holder: Holder?
            var addresses: [IPAddress] = []
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                switch (words.first, words.count) {
                case ("boot", 2): boot = words[1]
                case ("holder", 3): holder = Holder(containerID: words[1], interface: words[2])
                case ("address", 2):
                    guard let address = IPAddress(words[1]) else { return nil }
                    addresses.append(address)
                default: return nil
                }
            }
            guard let boot, let holder else { return nil }
            self.init(holder: holder, boot: boot, addresses: addresses)
        }

        init(holder: Holder, boot: String, addresses: [IPAddress]) {
            self.holder = holder
            self.boot = boot
            self.addresses = addresses
        }

        var text: String {
            var text = "boot \(boot)\nholder \(holder.containerID) \(holder.interface)\n"
            for address in addresses { text += "address \(address)\n" }
            return text
        }
    }

    private let directory: String
    private let bootFile: String
    /// This boot.
    let boot: String

    /// Records in a directory, which need not be there yet.
    ///
    /// - Throws: code 5 when the kernel doesn't say which boot this is.
    init(directory: String) throws(CNIError) {
        self.directory = directory
        bootFile = "\(directory)/boot"
        do {
            boot = try BootID.current().rawValue
        } catch {
            throw CNIError(error)
        }
    }

    /// The boot in which the records were used last; nil when they never were.
    var bootSeen: String? { try? File.readShortText(bootFile) }

    /// Whether a record's addresses were reserved in this boot.
    func isOfThisBoot(_ record: Record) -> Bool { record.boot == boot }

    /// Notes that no record of an earlier boot is left.
    func markThisBoot() throws(CNIError) {
        do {
            try File.createDirectories(directory)
            try File.write(boot.utf8, to: bootFile)
        } catch {
            throw CNIError(error)
        }
    }

    /// The record of an attachment; nil when there is none, or the file is of no use.
    func record(of holder: Holder) -> Record? {
        guard let text = try? File.readShortText(path(of: holder)), let record = Record(text: text) else { return nil }
        return record.holder == holder ? record : nil
    }

    /// All the records that can be read.
    func all() throws(CNIError) -> [Record] {
        guard File.exists(directory) else { return [] }
        do {
            let names = try File.entries(ofDirectory: directory).filter { $0.hasPrefix("veth") }
            return names.compactMap { name in (try? File.readText("\(directory)/\(name)")).flatMap(Record.init(text:)) }
        } catch {
            throw CNIError(error)
        }
    }

    /// Writes an attachment's record.
    ///
    /// An unfinished one, after a crash, is of no use and does no harm.
    func write(_ addresses: [IPAddress], of holder: Holder) throws(CNIError) {
        let record = Record(holder: holder, boot: boot, addresses: addresses)
        do {
            try File.write(record.text.utf8, to: path(of: holder), permissions: 0o600)
        } catch {
            throw CNIError(error)
        }
    }

    /// Removes an attachment's record, if there is one.
    func remove(_ holder: Holder) throws(CNIError) {
        do {
            try File.remove(path(of: holder))
        } catch {
            throw CNIError(error)
        }
    }

    /// Writes a file on the same file system that is then linked to where it belongs.
    ///
    /// - Returns: its path; always the same, since the lock is held.
    func writeTemporary(_ text: String) throws(CNIError) -> String {
        let path = "\(directory)/new"
        do throws(LinuxSystemError) {
            do throws(LinuxSystemError) {
                try File.createExclusively(text.utf8, at: path)
            } catch {
                guard error.errno == .fileExists else { throw error }
                // One that a crash left may be linked as a reservation: never write into it.
                try File.remove(path)
                try File.createExclusively(text.utf8, at: path)
            }
            return path
        } catch {
            throw CNIError(error)
        }
    }

    /// Removes what a crash left of `writeTemporary`.
    func removeTemporary() throws(CNIError) {
        do {
            try File.remove("\(directory)/new")
        } catch {
            throw CNIError(error)
        }
    }

    private func path(of holder: Holder) -> String { "\(directory)/\(holder.recordName)" }
}
