// Lines `A⇥B` in; -1, 0 or 1 out, an empty line where Maven refuses one of them.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.apache.maven.artifact.versioning.ComparableVersion;

public class Compare {
    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] pair = line.split("\t");
            try {
                ComparableVersion a = new ComparableVersion(pair[0]);
                System.out.println(Integer.signum(a.compareTo(new ComparableVersion(pair[1]))));
            } catch (RuntimeException refusal) {
                System.out.println();
            }
        }
    }
}
