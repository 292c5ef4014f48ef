import LinuxSystem
import NetworkTypes
import Testing

@testable import PodNetwork

/// A data directory of its own, removed at the end.
final class DataDirectory {
    let path: String

    init() throws {
        path = try File.createTemporaryDirectory(prefix: "weft-ipam")
    }

    deinit {
        try? File.removeTree(path)
    }

    /// Host-local's configuration with this directory.
    func configuration(_ ranges: String, requested: [String] = []) throws -> HostLocalConfiguration {
        let ips = requested.map { "\"\($0)\"" }.joined(separator: ",")
        let text = Reading.with(
            #""runtimeConfig":{"ips":[\#(ips)]}"#,
            ipam: #""dataDir":"\#(path)","ranges":\#(ranges)"#
        )
        return try #require(try Reading.bridge(text).ipam?.hostLocal)
    }

    func allocate(_ configuration: HostLocalConfiguration, _ container: String, _ interface: String = "eth0") throws
        -> [String]
    {
        let id = AttachmentID(network: "net", containerID: container, interface: interface)
        return try AddressAllocator(configuration: configuration, attachment: id).allocate().map(\.prefix.description)
    }

    func release(_ configuration: HostLocalConfiguration, _ container: String, _ interface: String = "eth0") throws {
        let id = AttachmentID(network: "net", containerID: container, interface: interface)
        try AddressAllocator(configuration: configuration, attachment: id).release()
    }

    func files() throws -> [String] { try File.entries(ofDirectory: "\(path)/net") }
    func text(_ name: String) throws -> String { try File.readText("\(path)/net/\(name)") }
    func write(_ text: String, _ name: String) throws {
        try File.createDirectories("\(path)/net")
        try File.write(text.utf8, to: "\(path)/net/\(name)")
    }
}

struct AddressAllocatorTests {
    let directory: DataDirectory

    init() throws {
        directory = try DataDirectory()
    }

    @Test func filesAreTheReferences() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}],[{"subnet":"fd00::/64"}]]"#)
        #expect(try directory.allocate(configuration, "abc") == ["10.1.0.2/24", "fd00::2/64"])
        #expect(try directory.files() == ["10.1.0.2", "fd00::2", "last_reserved_ip.0", "last_reserved_ip.1", "lock"])
        #expect(try directory.text("10.1.0.2") == "abc\r\neth0")
        #expect(try directory.text("fd00::2") == "abc\r\neth0")
        #expect(try directory.text("last_reserved_ip.0") == "10.1.0.2")
        #expect(try directory.text("last_reserved_ip.1") == "fd00::2")
    }

    @Test func goesRoundAndDoesNotReuseAtOnce() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/29"}]]"#)
        #expect(try directory.allocate(configuration, "a") == ["10.1.0.2/29"])
        try directory.release(configuration, "a")
        #expect(try directory.allocate(configuration, "b") == ["10.1.0.3/29"])
        #expect(try directory.allocate(configuration, "c") == ["10.1.0.4/29"])
        #expect(try directory.allocate(configuration, "d") == ["10.1.0.5/29"])
        #expect(try directory.allocate(configuration, "e") == ["10.1.0.6/29"])
        #expect(try directory.allocate(configuration, "f") == ["10.1.0.2/29"])
    }

    @Test func exhaustionIsAnErrorThatReservesNothing() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}],[{"subnet":"10.2.0.0/30"}]]"#)
        #expect(try directory.allocate(configuration, "a") == ["10.1.0.2/24", "10.2.0.2/30"])
        let error = #expect(throws: CNIError.self) { try directory.allocate(configuration, "b") }
        #expect(error?.code == .addressUnavailable)
        #expect(error?.message == "no IP addresses available in range set: 10.2.0.1-10.2.0.2")
        #expect(try directory.files().filter { IPAddress($0) != nil } == ["10.1.0.2", "10.2.0.2"])
        try directory.release(configuration, "a")
        #expect(try directory.allocate(configuration, "b") == ["10.1.0.4/24", "10.2.0.2/30"])
    }

    @Test func secondAllocationOfAnAttachmentIsRefused() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}]]"#)
        _ = try directory.allocate(configuration, "a")
        let error = #expect(throws: CNIError.self) { try directory.allocate(configuration, "a") }
        #expect(error?.message == "eth0 of container a in network net has addresses already")
        #expect(try directory.allocate(configuration, "a", "net1") == ["10.1.0.3/24"])
        #expect(try directory.files().filter { IPAddress($0) != nil } == ["10.1.0.2", "10.1.0.3"])
    }

    @Test func requestedAddressesAreGivenOrRefused() throws {
        let ranges = #"[[{"subnet":"10.1.0.0/24"}],[{"subnet":"fd00::/64"}]]"#
        let wanted = try directory.configuration(ranges, requested: ["fd00::99"])
        #expect(try directory.allocate(wanted, "a") == ["10.1.0.2/24", "fd00::99/64"])
        let taken = #expect(throws: CNIError.self) { try directory.allocate(wanted, "b") }
        #expect(taken?.message == "can't reserve the requested address fd00::99")
        #expect(taken?.details == "container a has it")
        for (address, details) in [
            ("10.1.0.1", "it is the gateway of 10.1.0.0/24"),
            ("10.2.0.1", "no range set has room for it: 10.1.0.1-10.1.0.254; fd00::1-fd00::ffff:ffff:ffff:ffff"),
        ] {
            let configuration = try directory.configuration(ranges, requested: [address])
            let error = #expect(throws: CNIError.self) { try directory.allocate(configuration, "c") }
            #expect(error?.details == details)
        }
        #expect(try directory.files().filter { IPAddress($0) != nil } == ["10.1.0.2", "fd00::99"])
    }

    @Test func reservationsOfTheReferenceCountAndAreReleased() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}]]"#)
        try directory.write("old\r\neth0", "10.1.0.2")
        try directory.write("older", "10.1.0.3")
        try directory.write("10.1.0.1", "last_reserved_ip.0")
        #expect(try directory.allocate(configuration, "new") == ["10.1.0.4/24"])
        try directory.release(configuration, "old", "net1")
        #expect(try directory.files().contains("10.1.0.2"))
        try directory.release(configuration, "old")
        try directory.release(configuration, "older")
        #expect(try directory.files().filter { IPAddress($0) != nil } == ["10.1.0.4"])
    }

    @Test func anEmptyFileIsFree() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/30"}]]"#)
        try directory.write("", "10.1.0.2")
        #expect(try directory.allocate(configuration, "a") == ["10.1.0.2/30"])
        #expect(try directory.text("10.1.0.2") == "a\r\neth0")
    }

    @Test func garbageInTheDirectoryIsLeftAlone() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}]]"#)
        try directory.write("what?", "last_reserved_ip.0")
        try directory.write("notes", "README")
        #expect(try directory.allocate(configuration, "a") == ["10.1.0.2/24"])
        try directory.release(configuration, "a")
        #expect(try directory.files() == ["README", "last_reserved_ip.0", "lock"])
    }

    @Test func releaseOfNothingIsNoError() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}]]"#)
        try directory.release(configuration, "a")
        #expect(!File.exists("\(directory.path)/net"))
        _ = try directory.allocate(configuration, "a")
        try directory.release(configuration, "a")
        try directory.release(configuration, "a")
        #expect(try File.entries(ofDirectory: "\(directory.path)/.weft/net") == ["boot"])
    }

    @Test func aHeldLockIsAskedForLater() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}]]"#)
        _ = try directory.allocate(configuration, "a")
        let held = try FileLock.acquire("\(directory.path)/net/lock", until: .now)
        #expect(held.path.hasSuffix("lock"))
        do {
            _ = try ReservationStore.open(
                dataDirectory: directory.path,
                network: "net",
                lockTimeout: .milliseconds(5)
            )
            Issue.record("the lock was not respected")
        } catch {
            #expect(error.code == .tryAgainLater)
            #expect(error.message == "the address store of network net is busy")
        }
    }

    @Test func reservationsOfAnEarlierBootAreDropped() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}]]"#)
        _ = try directory.allocate(configuration, "a")
        try directory.write("reference\r\neth0", "10.1.0.9")
        // As if the machine had been started anew: the records are of another boot, and so is the note.
        let records = "\(directory.path)/.weft/net"
        for name in try File.entries(ofDirectory: records) {
            let lines = try File.readText("\(records)/\(name)").split(separator: "\n")
            let older = name == "boot" ? "old" : (["boot old"] + lines.dropFirst()).joined(separator: "\n")
            try File.write(older.utf8, to: "\(records)/\(name)")
        }
        #expect(try directory.allocate(configuration, "b") == ["10.1.0.3/24"])
        // What the reference reserved carries no boot; it was written in this one, so it stays.
        #expect(try directory.files().filter { IPAddress($0) != nil } == ["10.1.0.3", "10.1.0.9"])
    }

    @Test func filesWithoutRecordGoByTheirAge() throws {
        let configuration = try directory.configuration(#"[[{"subnet":"10.1.0.0/24"}]]"#)
        _ = try directory.allocate(configuration, "a")
        try directory.write("reference\r\neth0", "10.1.0.9")
        let store = try ReservationStore.open(dataDirectory: directory.path, network: "net")
        let now = try #require(File.changeTime("\(directory.path)/net/10.1.0.9"))
        #expect((1_600_000_000..<now + 1).contains(File.bootTime()))
        try store.dropThoseWithoutRecord(before: now)
        #expect(try !store.isEmpty() && store.reservedAddresses().count == 2)
        try store.dropThoseWithoutRecord(before: now + 1)
        #expect(try store.reservedAddresses().map(\.description) == ["10.1.0.2"])
    }
}

struct HolderTests {
    @Test(arguments: [
        ("abc\r\neth0", "abc", "eth0"), ("abc\neth0\n", "abc", "eth0"), ("abc", "abc", ""), ("abc\r\n", "abc", ""),
    ])
    func readsFilesOfAllAges(_ text: String, _ id: String, _ interface: String) {
        #expect(Holder(text: text) == Holder(containerID: id, interface: interface))
    }

    @Test func emptyFileHasNoHolder() {
        #expect(Holder(text: "") == nil)
        #expect(Holder(text: "\r\n") == nil)
    }
}

struct AttachmentRecordTests {
    @Test func roundTrips() throws {
        let record = AttachmentRecords.Record(
            holder: Holder(containerID: "c", interface: "eth0"),
            boot: "b",
            addresses: [try #require(IPAddress("10.1.0.2")), try #require(IPAddress("fd00::2"))]
        )
        #expect(AttachmentRecords.Record(text: record.text) == record)
    }

    @Test(arguments: ["", "boot a", "holder a b", "boot a\nholder b c\naddress x", "boot a\nholder b c\nwhat"])
    func refusesAnythingElse(_ text: String) {
        #expect(AttachmentRecords.Record(text: text) == nil)
    }
}
