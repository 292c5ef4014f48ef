import Glibc
import LinuxSystem
import LinuxSystemTesting
import Testing

@Suite(.enabled(if: KernelFeature.namespaces.isAvailable))
struct NetworkNamespaceTests {
    @Test func aNamedNamespaceIsWhatIPNetnsShows() throws {
        let name = "weft-named-\(getpid())"
        let made = try NetworkNamespace.create(named: name)
        defer { try? NetworkNamespace.remove(named: name) }
        #expect(try Witness.run("ip", "netns", "list").contains(name))
        #expect(try NetworkNamespace.names().contains(name))
        #expect(try made.isSame(as: .open(named: name)))
        #expect(try !made.isSame(as: .current()))
        let seen = try Witness.run("stat", "-L", "-c", "%d:%i", NetworkNamespace.path(named: name))
        #expect(seen == "\(try made.identity())\n")
    }

    @Test func aNameIsTakenOnce() throws {
        let name = "weft-once-\(getpid())"
        _ = try NetworkNamespace.create(named: name)
        defer { try? NetworkNamespace.remove(named: name) }
        let error = #expect(throws: LinuxSystemError.self) { _ = try NetworkNamespace.create(named: name) }
        #expect(error?.errno == .fileExists)
    }

    @Test func aRemovedNameIsGone() throws {
        let name = "weft-removed-\(getpid())"
        _ = try NetworkNamespace.create(named: name)
        try NetworkNamespace.remove(named: name)
        #expect(!File.exists(NetworkNamespace.path(named: name)))
        let error = #expect(throws: LinuxSystemError.self) { try NetworkNamespace.remove(named: name) }
        #expect(error?.errno == .noSuchFileOrDirectory)
    }

    @Test func whatAnInterruptedCreationLeftIsRemoved() throws {
        let path = NetworkNamespace.path(named: "weft-leftover-\(getpid())")
        try File.createDirectories(NetworkNamespace.directory)
        try File.write([], to: path)
        try NetworkNamespace.remove(named: "weft-leftover-\(getpid())")
        #expect(!File.exists(path))
    }

    @Test(arguments: ["", ".", "..", "a/b", "/etc"])
    func badNamesAreRefused(name: String) {
        let error = #expect(throws: LinuxSystemError.self) { _ = try NetworkNamespace.create(named: name) }
        #expect(error?.code == .malformed)
    }

    @Test func aFileThatIsNoNamespaceIsRefused() {
        for path in ["/etc/passwd", "/proc/self/ns/mnt"] {
            let error = #expect(throws: LinuxSystemError.self) { _ = try NetworkNamespace.open(path: path) }
            #expect(error?.code == .malformed)
            #expect(error?.object == path)
        }
    }

    @Test func workInsideSeesTheNamespaceAndTheCallerStaysOutside() throws {
        let before = try NetworkNamespace.current()
        let namespace = try NetworkNamespace.anonymous()
        let links = try withNetworkNamespace(namespace) {
            #expect(try NetworkNamespace.current().isSame(as: namespace))
            return try File.readText("/proc/thread-self/net/dev").split(separator: "\n").count
        }
        #expect(links == 3)  // two header lines and `lo`
        #expect(try NetworkNamespace.current().isSame(as: before))
    }

    @Test func errorsInsideComeOut() throws {
        let error = #expect(throws: LinuxSystemError.self) {
            try withNetworkNamespace(.anonymous()) { throw LinuxSystemError(.busy, "test") }
        }
        #expect(error?.errno == .busy)
    }

    @Test func aProcessIsFoundByItsID() throws {
        try withTestNamespaces(1) { namespaces in
            let child = try ChildProcess.start(
                ProcessCommand("sleep", ["1000"], networkNamespace: namespaces[0].namespace)
            )
            defer { _ = try? child.stop(grace: .zero) }
            #expect(try NetworkNamespace.ofProcess(child.pid).isSame(as: namespaces[0].namespace))
        }
    }

    @Test func aTestNamespaceIsRemovedAfterAFailure() throws {
        var name = ""
        #expect(throws: LinuxSystemError.self) {
            try withTestNamespace { namespace in
                name = namespace.name
                #expect(File.exists(NetworkNamespace.path(named: name)))
                throw LinuxSystemError(.busy, "test")
            }
        }
        #expect(name.hasPrefix("weft-aTestNamespaceIsRemoved"))
        #expect(!File.exists(NetworkNamespace.path(named: name)))
    }
}
