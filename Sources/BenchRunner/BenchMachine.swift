import Glibc
import LinuxSystem

/// Where and when a bench ran.
public struct BenchMachine: Hashable, Sendable {
    /// The processor's name, from /proc/cpuinfo.
    public var processor: String
    /// How many processors are there.
    public var processorCount: Int
    /// The memory in bytes.
    public var memory: Int
    /// The kernel's release: `6.18.5`.
    public var kernel: String
    /// The time in UTC, as RFC 3339 has it.
    public var date: String
    /// The load average over the last minute.
    public var load: Double

    /// This machine, now.
    public static func current() -> BenchMachine {
        let cpuinfo = (try? File.readText("/proc/cpuinfo")) ?? ""
        let load = (try? File.readText("/proc/loadavg"))?.split(separator: " ").first.flatMap { Double($0) }
        return BenchMachine(
            processor: field("model name", of: cpuinfo) ?? "unknown",
            processorCount: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
            memory: sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)),
            kernel: (try? File.readText("/proc/sys/kernel/osrelease"))?.split(separator: "\n").first.map(String.init)
                ?? "unknown",
            date: now(),
            load: load ?? 0
        )
    }

    /// Why figures of this moment may be worse than the machine's; nil when it was idle.
    var warning: String? {
        guard load > Double(processorCount) * 0.5 else { return nil }
        return
            "the load average is \(Figure.fixed(load, 2)) on \(processorCount) processors: others work on this machine"
    }

    /// One line for people.
    var text: String {
        let gigabytes = Figure.fixed(Double(memory) / Double(1 << 30), 1)
        let processors = "\(processorCount) x \(processor), \(gigabytes) GiB"
        return "Linux \(kernel), \(processors), load \(Figure.fixed(load, 2)), \(date)"
    }

    private static func field(_ name: String, of text: String) -> String? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
            let colon = line.firstIndex(of: ":")
        else { return nil }
        return String(line[line.index(after: colon)...].drop { $0 == " " })
    }

    private static func now() -> String {
        var seconds = time(nil)
        var text = [CChar](repeating: 0, count: 32)
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let length = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
