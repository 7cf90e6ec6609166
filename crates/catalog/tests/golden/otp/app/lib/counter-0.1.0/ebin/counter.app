{application,counter,
             [{description,"An OTP library"},
              {vsn,"0.1.0"},
              {registered,[]},
              {applications,[kernel,stdlib]},
              {env,[]},
              {modules,[counter]},
              {licenses,["Apache-2.0"]},
              {links,[]}]}.
