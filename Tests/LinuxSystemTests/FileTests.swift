import Glibc
import LinuxSystem
import Testing

struct FileTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = try File.createTemporaryDirectory(prefix: "weft-file-tests")
        defer { try? File.removeTree(directory) }
        try body(directory)
    }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test(arguments: [true, false])
    func atomicWritingReplacesTheWholeFile(durable: Bool) throws {
        try withDirectory { directory in
            let path = "\(directory)/config"
            try File.writeAtomically("a long first content".utf8, to: path, permissions: 0o600, durable: durable)
            #expect(mode(path) == 0o600)
            try File.writeAtomically("second".utf8, to: path, permissions: 0o640, durable: durable)
            #expect(try File.readText(path) == "second")
            #expect(mode(path) == 0o640)
            #expect(try File.entries(ofDirectory: directory) == ["config"])
        }
    }

    @Test func aFailedAtomicWriteLeavesNothing() throws {
        try withDirectory { directory in
            try File.createDirectories("\(directory)/taken/inside")
            let error = #expect(throws: LinuxSystemError.self) {
                try File.writeAtomically("x".utf8, to: "\(directory)/taken")
            }
            #expect(error?.errno == .isDirectory)
            #expect(try File.entries(ofDirectory: directory) == ["taken"])
        }
    }

    @Test func anExclusiveFileIsMadeOnce() throws {
        try withDirectory { directory in
            let path = "\(directory)/10.0.0.2"
            try File.createExclusively("first".utf8, at: path)
            let error = #expect(throws: LinuxSystemError.self) { try File.createExclusively("second".utf8, at: path) }
            #expect(error?.errno == .fileExists)
            #expect(error?.object == path)
            #expect(try File.readText(path) == "first")
        }
    }

    @Test func writingInPlaceEmptiesFirst() throws {
        try withDirectory { directory in
            try File.write("12345678".utf8, to: "\(directory)/f")
            try File.write("90".utf8, to: "\(directory)/f")
            #expect(try File.read("\(directory)/f") == Array("90".utf8))
        }
    }

    @Test func directoriesAreMadeAndRemovedWithAllInThem() throws {
        try withDirectory { directory in
            try File.createDirectories("\(directory)/a/b/c")
            try File.createDirectories("\(directory)/a/b/c")
            try File.write("x".utf8, to: "\(directory)/a/b/c/file")
            try File.write("kept".utf8, to: "\(directory)/kept")
            #expect(unsafe symlink("\(directory)/kept", "\(directory)/a/link") == 0)
            #expect(try File.linkTarget("\(directory)/a/link") == "\(directory)/kept")
            try File.removeTree("\(directory)/a")
            #expect(!File.exists("\(directory)/a"))
            #expect(try File.readText("\(directory)/kept") == "kept")
            try File.removeTree("\(directory)/a")
        }
    }

    @Test func aFileInTheWayOfADirectoryIsNamed() throws {
        try withDirectory { directory in
            try File.write([], to: "\(directory)/file")
            let error = #expect(throws: LinuxSystemError.self) {
                try File.createDirectories("\(directory)/file/below")
            }
            #expect(error?.errno == .notDirectory)
        }
    }

    @Test func removingWhatIsNotThereIsNoError() throws {
        try withDirectory { directory in
            #expect(try !File.remove("\(directory)/none"))
            #expect(try !File.removeDirectory("\(directory)/none"))
            try File.write([], to: "\(directory)/one")
            #expect(try File.remove("\(directory)/one"))
        }
    }

    @Test(arguments: [("/a/b", "/a"), ("/a", "/"), ("a", "."), ("a/b/c", "a/b")])
    func parents(path: String, parent: String) {
        #expect(File.parent(of: path) == parent)
    }

    @Test func thisBootHasAnID() throws {
        let boot = try BootID.current()
        #expect(boot.rawValue.count == 36)
        #expect(try BootID.current() == boot)
    }
}
