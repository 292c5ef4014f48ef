import CLinuxShims
import Glibc

extension ChildProcess {
    /// Hands the prepared command to the C shim.
    static func spawn(
        _ command: ProcessCommand,
        path: String,
        descriptors: (Int32, Int32, Int32)
    ) throws(LinuxSystemError) -> Int32 {
        let arguments = unsafe CStringList([command.executable] + command.arguments)
        let environment = unsafe command.environment.map { variables in
            unsafe CStringList(variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        }
        let directory = unsafe command.workingDirectory.map { unsafe CStringList([$0]) }
        var step: Int32 = 0
        let pid = unsafe path.withCString { path in
            var request = unsafe weft_spawn_request(
                path: path,
                arguments: arguments.pointers,
                environment: environment?.pointers ?? environ,
                working_directory: directory.flatMap { unsafe UnsafePointer($0.pointers[0]) },
                standard_fds: descriptors,
                network_namespace: command.networkNamespace?.fileDescriptor ?? -1,
                new_process_group: command.startsProcessGroup ? 1 : 0,
                parent_death_signal: command.endsWithParent ? SIGKILL : 0
            )
            return unsafe weft_spawn(&request, &step)
        }
        // The lists, and the namespace's handle, must live until the child has executed.
        unsafe withExtendedLifetime((command, arguments, environment, directory)) {}
        guard pid < 0 else { return pid }
        throw failure(.current, step: UInt32(bitPattern: step), command)
    }

    private static func failure(_ errno: Errno, step: UInt32, _ command: ProcessCommand) -> LinuxSystemError {
        switch weft_spawn_step(rawValue: step) {
        case WEFT_SPAWN_ENTER_NAMESPACE:
            LinuxSystemError(errno, "enter network namespace", command.networkNamespace?.name ?? "")
        case WEFT_SPAWN_CHANGE_DIRECTORY:
            LinuxSystemError(errno, "change to directory", command.workingDirectory ?? "")
        case WEFT_SPAWN_EXECUTE:
            LinuxSystemError(errno, "execute", command.executable)
        default:
            LinuxSystemError(errno, "start", command.commandLine)
        }
    }
}

/// A NULL-terminated list of C strings, freed with the value.
@unsafe private final class CStringList {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        unsafe count = strings.count
        unsafe pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { unsafe pointers[index] = strdup(string) }
        unsafe pointers[strings.count] = nil
    }

    deinit {
        for index in unsafe 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}
