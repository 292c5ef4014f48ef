import FoundationEssentials
import Glibc

/// The `process_*` metrics that every Prometheus client library has, read from `/proc`: proc(5).
public enum ProcessMetrics {
    /// This process's memory, CPU time, open descriptors and start, as far as `/proc` can be read.
    public static func samples() -> [MetricSample] {
        guard let usage = ProcessUsage(stat: read("/proc/self/stat")) else { return [] }
        var samples: [MetricSample] = [
            .gauge("process_resident_memory_bytes", help: "Resident memory in bytes.", usage.residentBytes),
            .gauge("process_virtual_memory_bytes", help: "Virtual memory in bytes.", usage.virtualBytes),
            .counter("process_cpu_seconds_total", help: "User and system CPU time in seconds.", usage.cpuSeconds),
        ]
        if let bootTime = bootTime(stat: read("/proc/stat")) {
            samples.append(
                .gauge(
                    "process_start_time_seconds",
                    help: "Start of the process in seconds since 1970.",
                    bootTime + usage.startSecondsAfterBoot
                )
            )
        }
        if let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            // The listing itself holds one descriptor open.
            samples.append(
                .gauge(
                    "process_open_fds",
                    help: "Open file descriptors.",
                    Double(max(0, descriptors.count - 1))
                )
            )
        }
        return samples
    }

    private static func read(_ path: String) -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func bootTime(stat: String) -> Double? {
        for line in stat.split(separator: "\n") where line.hasPrefix("btime ") {
            return Double(line.dropFirst("btime ".count))
        }
        return nil
    }
}

/// What one line of `/proc/PID/stat` says.
struct ProcessUsage: Equatable {
    let cpuSeconds: Double
    let startSecondsAfterBoot: Double
    let virtualBytes: Double
    let residentBytes: Double

    /// The command's name stands in parentheses and may itself hold spaces and parentheses: fields count from the last one.
    init?(stat: String, ticksPerSecond: Int = sysconf(Int32(_SC_CLK_TCK)), pageSize: Int = sysconf(Int32(_SC_PAGESIZE)))
    {
        guard let close = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = stat[stat.index(after: close)...].split(whereSeparator: \.isWhitespace)
        // Field 3 of the manual is the first here: utime 14, stime 15, starttime 22, vsize 23, rss 24.
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let start = Double(fields[19]), let virtual = Double(fields[20]), let resident = Double(fields[21])
        else { return nil }
        cpuSeconds = (user + system) / Double(ticksPerSecond)
        startSecondsAfterBoot = start / Double(ticksPerSecond)
        virtualBytes = virtual
        residentBytes = resident * Double(pageSize)
    }
}
